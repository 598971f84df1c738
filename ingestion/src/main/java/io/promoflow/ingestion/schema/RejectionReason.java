package io.promoflow.ingestion.schema;

/** Why an event was refused. The names are part of the contract: tables and replay print them. */
public enum RejectionReason {
  EMPTY,
  TOO_LARGE,
  NOT_JSON,
  TOO_DEEP,
  NOT_AN_OBJECT,
  FIELD_TOO_LONG,
  UNKNOWN_TYPE,
  MISSING_FIELD,
  MISSING_EVENT_ID,
  MISSING_SHOPPER_ID,
  WRONG_TYPE,
  NOT_A_NUMBER,
  OUT_OF_RANGE,
  BAD_TIMESTAMP,
  TOO_FAR_AHEAD,
  TOO_OLD,
  BAD_CURRENCY,
  /** A row of a replayed file that its mapping cannot turn into an event. */
  UNMAPPABLE_ROW
}
