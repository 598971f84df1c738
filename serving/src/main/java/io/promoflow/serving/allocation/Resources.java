package io.promoflow.serving.allocation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Everything limited, numbered: budgets, then stock, then contacts. */
final class Resources {
  static final int UNLIMITED = -1;

  private final Map<String, Integer> budgets = new HashMap<>();
  private final Map<String, Integer> stocks = new HashMap<>();
  private final List<Double> amounts = new ArrayList<>();
  private final int contacts;

  private Resources(Limits limits) {
    new TreeMap<>(limits.budgetCents()).forEach((id, cents) -> budgets.put(id, add(cents)));
    new TreeMap<>(limits.units()).forEach((id, units) -> stocks.put(id, add(units)));
    contacts = limits.contacts() == null ? UNLIMITED : add(limits.contacts());
  }

  static Resources of(Limits limits) {
    return new Resources(limits);
  }

  private int add(double amount) {
    amounts.add(Math.max(0, amount));
    return amounts.size() - 1;
  }

  int count() {
    return amounts.size();
  }

  double amount(int resource) {
    return amounts.get(resource);
  }

  /** Those with a budget or a stock. */
  SortedSet<String> promotions() {
    var all = new TreeSet<>(budgets.keySet());
    all.addAll(stocks.keySet());
    return all;
  }

  int budget(String promotion) {
    return budgets.getOrDefault(promotion, UNLIMITED);
  }

  int stock(String promotion) {
    return stocks.getOrDefault(promotion, UNLIMITED);
  }

  int contacts() {
    return contacts;
  }
}
