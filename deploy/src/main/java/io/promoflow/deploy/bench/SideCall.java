package io.promoflow.deploy.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a side is told.
 *
 * @param seconds of the measured part
 * @param folder of its own, for what it writes
 * @param settings that the row made when it was prepared
 * @param pair number of the pair, from 0: the same for both of its sides
 */
public record SideCall(int seconds, Path folder, Map<String, String> settings, int pair) {
  /** Of the first pair. */
  public SideCall(int seconds, Path folder, Map<String, String> settings) {
    this(seconds, folder, settings, 0);
  }

  /** The same with more settings. */
  public SideCall with(Map<String, String> more) {
    var all = new LinkedHashMap<>(settings);
    all.putAll(more);
    return new SideCall(seconds, folder, all, pair);
  }

  /** The same for another time. */
  public SideCall lasting(int other) {
    return new SideCall(other, folder, settings, pair);
  }

  /** The same of another pair. */
  SideCall ofPair(int number) {
    return new SideCall(seconds, folder, settings, number);
  }

  /** A setting that must be there. */
  public String setting(String key) {
    String value = settings.get(key);
    if (value == null) {
      throw new IllegalArgumentException("setting " + key + " is missing");
    }
    return value;
  }
}
