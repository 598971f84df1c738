package io.promoflow.serving.http;

import io.promoflow.ingestion.Pseudonymizer;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.ServingSettings;
import io.promoflow.serving.ledger.Ledger;
import io.promoflow.serving.ledger.LedgerOptions;
import io.promoflow.serving.ledger.PostgresLedger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** Decisions over HTTP: follows the compacted topics, answers, logs every answer. */
public final class DecisionServer implements AutoCloseable {
  /** Every setting that it reads. */
  public static final List<Option<?>> OPTIONS =
      Stream.of(ServingSettings.ALL, ConnectionOptions.ALL)
          .<Option<?>>flatMap(List::stream)
          .toList();

  private static final long START_SECONDS = 30;

  private final Vertx vertx;
  private final HttpServer server;
  private final Router router;
  private final TopicFeed feed;
  private final DecisionService service;

  private DecisionServer(
      Vertx vertx, HttpServer server, Router router, TopicFeed feed, DecisionService service) {
    this.vertx = vertx;
    this.server = server;
    this.router = router;
    this.feed = feed;
    this.service = service;
  }

  /** Runs until the process is stopped. */
  public static void main(String[] args) {
    Settings settings = Settings.load(args, System.getenv()).refuseUnknown(OPTIONS);
    DecisionServer server = start(settings, Clock.systemUTC());
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "promoflow-server-stop"));
  }

  /** Starts on Kafka and PostgreSQL; returns as soon as it listens, ready or not. */
  public static DecisionServer start(Settings settings, Clock clock) {
    HttpOptions options = HttpOptions.from(settings);
    Pseudonymizer pseudonymizer = Pseudonymizer.from(settings);
    ConnectionOptions connections = options.connections();
    Store.migrate(connections.postgres(), "serving");
    var archive = new PostgresArchive(Store.open(connections.postgres(), DecisionService.WORKERS));
    Ledger ledger = PostgresLedger.open(connections.postgres(), LedgerOptions.from(settings));
    return start(
        options,
        new KafkaTopicFeed(connections, connections.topics().compacted()),
        new KafkaDecisionLog(connections),
        archive,
        ledger,
        pseudonymizer::of,
        clock);
  }

  /** Starts on any feed, log, archive and ledger, and closes them in the end. */
  static DecisionServer start(
      HttpOptions options,
      TopicFeed feed,
      DecisionLog log,
      DecisionArchive archive,
      Ledger ledger,
      UnaryOperator<String> pseudonym,
      Clock clock) {
    var knowledge = new Knowledge(options.connections().topics());
    var service = new DecisionService(options, knowledge, log, archive, ledger);
    Vertx vertx = Vertx.vertx(noFiles());
    var questions = new QuestionReader(pseudonym, clock, options.maxAhead());
    var routes =
        new Routes(
            service,
            knowledge,
            feed,
            questions,
            new RedemptionReader(clock, options.maxAhead()),
            ledger,
            options.maxBodyBytes());
    var http = new HttpServerOptions().setHost(options.host()).setPort(options.port());
    Router router = routes.router(vertx);
    HttpServer server = vertx.createHttpServer(http).requestHandler(router);
    var handle = new DecisionServer(vertx, server, router, feed, service);
    try {
      feed.start(knowledge::accept);
      settle(server.listen());
      return handle;
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /** The server reads nothing from disk, so it needs no file cache in the temporary folder. */
  private static VertxOptions noFiles() {
    return new VertxOptions()
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static void settle(Future<?> future) {
    try {
      future.await(START_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the decision server does not start or stop in time", e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** Whether everything that the compacted topics held at the start has been read. */
  public boolean isReady() {
    return feed.isAtEnd();
  }

  /** The next offset to be read, per partition of the compacted topics. */
  public Map<TopicPartition, Long> positions() {
    return feed.positions();
  }

  /** Whether everything before these end offsets of the compacted topics counts in answers. */
  public boolean caughtUpTo(Map<TopicPartition, Long> endOffsets) {
    return feed.caughtUpTo(endOffsets);
  }

  /** Method and path of every route, as OpenAPI writes them. */
  List<String> routes() {
    return router.getRoutes().stream()
        .flatMap(
            route ->
                route.methods().stream()
                    .map(method -> method.name().toLowerCase(Locale.ROOT) + " " + route.getPath()))
        .map(path -> path.replaceAll(":(\\w+)", "{$1}"))
        .toList();
  }

  @Override
  public void close() {
    settle(vertx.close());
    feed.close();
    service.close();
  }
}
