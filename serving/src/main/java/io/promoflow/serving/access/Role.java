package io.promoflow.serving.access;

/** What the holder of an API key may do. */
public enum Role {
  /** The shop's own programs: ask for decisions, redeem, send events. */
  SHOP,
  /** People and pipelines that change promotions and experiments. */
  RULE_AUTHOR,
  /** Who looks at decisions, rules and metrics, and changes nothing. */
  READER
}
