package io.promoflow.serving.http;

import io.promoflow.serving.access.KeyRing;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.rules.RuleBook;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the server stands on.
 *
 * @param feed of the compacted topics
 * @param log of decisions
 * @param archive of decisions
 * @param repeats which questions are new
 * @param ledger of budgets
 * @param collector of behaviour events
 * @param rules where rules are changed; opened when they are
 * @param keys who may ask; null for everybody
 * @param others to be closed in the end, in this order
 */
record Backends(
    TopicFeed feed,
    DecisionLog log,
    DecisionArchive archive,
    Repeats repeats,
    Ledger ledger,
    EventCollector collector,
    Supplier<RuleBook> rules,
    KeyRing keys,
    List<AutoCloseable> others) {}
