package io.promoflow.features;

import java.time.Duration;

/** How a window is written in a feature's name: hours below two days, else days. */
final class WindowName {
  private static final long TWO_DAYS_HOURS = 48;

  private WindowName() {}

  static String suffix(Duration window) {
    if (window.toMinutes() % 60 != 0) {
      return "_" + window.toMinutes() + "m";
    }
    return window.toHours() < TWO_DAYS_HOURS || window.toHours() % 24 != 0
        ? "_" + window.toHours() + "h"
        : "_" + window.toDays() + "d";
  }
}
