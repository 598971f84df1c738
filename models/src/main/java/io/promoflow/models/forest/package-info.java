/** Random forests: grown by a library, kept as plain arrays, checked and explained without it. */
package io.promoflow.models.forest;
