package io.promoflow.ingestion.replay;

/** One row of a file, its values by column name. */
interface Row {
  /** The text of a column; null when it is empty or absent. */
  String get(String column);

  /** Data rows of the file up to and with this one, from 1. */
  long number();

  /** Name of the file without its endings. */
  String file();
}
