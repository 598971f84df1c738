package io.promoflow.serving.flink;

import io.promoflow.ingestion.flink.JobEnvironment;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.ShopOptions;
import io.promoflow.serving.Assumptions;
import io.promoflow.serving.FeatureRows;
import io.promoflow.serving.Moments;
import io.promoflow.serving.ServingSettings;
import io.promoflow.serving.allocation.AllocationOptions;
import io.promoflow.serving.ledger.LedgerOptions;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings of the decision job.
 *
 * @param connections broker and store
 * @param moments what asks for decisions
 * @param assumptions what the score assumes
 * @param featuresLag how old a feature row must at least be at the moment of a decision
 * @param featureRows most rows remembered per shopper
 * @param waitingEvents most events per shopper that wait for the first rules
 * @param outOfOrderness how late events and rows may come before event time passes them
 * @param idleness how long a silent partition holds event time back
 * @param repeatWindow how long event ids are remembered
 * @param stateTtl how long a shopper without events is remembered
 * @param allocation how dual prices are made
 * @param ledger budgets, stock and caps
 */
public record ServingOptions(
    ConnectionOptions connections,
    Moments moments,
    Assumptions assumptions,
    Duration featuresLag,
    int featureRows,
    int waitingEvents,
    Duration outOfOrderness,
    Duration idleness,
    Duration repeatWindow,
    Duration stateTtl,
    AllocationOptions allocation,
    LedgerOptions ledger)
    implements Serializable {

  public static final List<Option<?>> ALL =
      Stream.of(ServingSettings.ALL, ShopOptions.ALL, ConnectionOptions.ALL, JobEnvironment.ALL)
          .<Option<?>>flatMap(List::stream)
          .toList();

  public static ServingOptions from(Settings settings) {
    return new ServingOptions(
        ConnectionOptions.from(settings),
        Moments.from(settings),
        Assumptions.from(settings),
        settings.get(FeatureRows.LAG),
        settings.get(ServingSettings.FEATURE_ROWS),
        settings.get(ServingSettings.WAITING_EVENTS),
        settings.get(ServingSettings.OUT_OF_ORDERNESS),
        settings.get(ServingSettings.IDLENESS),
        settings.get(ServingSettings.REPEAT_WINDOW),
        settings.get(ServingSettings.STATE_TTL),
        AllocationOptions.from(settings),
        LedgerOptions.from(settings));
  }
}
