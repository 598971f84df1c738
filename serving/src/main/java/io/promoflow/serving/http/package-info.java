/** Decisions over HTTP, from memory that follows the compacted topics. */
package io.promoflow.serving.http;
