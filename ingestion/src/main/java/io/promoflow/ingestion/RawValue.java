package io.promoflow.ingestion;

/**
 * One value of a known field as it stands in the JSON, not yet checked.
 *
 * @param kind what the JSON holds there
 * @param text the characters of a text or number; a word for the other kinds
 * @param place JSON path of the object it stands in
 * @param name the name it stands under, one of the field's aliases
 * @param rank lower wins when several aliases of one field are present
 */
record RawValue(Kind kind, String text, String place, String name, int rank) {
  enum Kind {
    TEXT,
    NUMBER,
    TRUTH,
    STRUCTURE
  }

  String path() {
    return place + "." + name;
  }
}
