/** Everything that happens in the shop, in our words: parsing, validation, pseudonyms, replay. */
package io.promoflow.ingestion;
