package io.promoflow.serving.rules;

import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps what was asked for lately: a log names one version of the rules after the other. */
final class Newest<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;
  private static final int MOST = 8;

  Newest() {
    super(MOST, 0.75f, true);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > MOST;
  }
}
