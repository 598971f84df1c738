/** Files of other people's data, row by row, as raw events: by a declared mapping, at any speed. */
package io.promoflow.ingestion.replay;
