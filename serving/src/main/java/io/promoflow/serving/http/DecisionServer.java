package io.promoflow.serving.http;

import com.zaxxer.hikari.HikariDataSource;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.promoflow.ingestion.Pseudonymizer;
import io.promoflow.ingestion.options.ConnectionOptions;
import io.promoflow.ingestion.options.Option;
import io.promoflow.ingestion.options.Settings;
import io.promoflow.ingestion.options.ShopOptions;
import io.promoflow.ingestion.store.Store;
import io.promoflow.serving.ServingSettings;
import io.promoflow.serving.access.ApiKeys;
import io.promoflow.serving.access.KeyRing;
import io.promoflow.serving.ledger.LedgerOptions;
import io.promoflow.serving.ledger.PostgresLedger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decisions over HTTP: follows the compacted topics, answers, logs every answer. */
public final class DecisionServer implements AutoCloseable {
  /** Every setting that it reads. */
  public static final List<Option<?>> OPTIONS =
      Stream.of(ServingSettings.ALL, ShopOptions.ALL, ConnectionOptions.ALL)
          .<Option<?>>flatMap(List::stream)
          .toList();

  private static final Logger LOG = LoggerFactory.getLogger(DecisionServer.class);
  private static final long START_SECONDS = 30;
  private static final int IDLE_SECONDS = 75;
  private static final String PLAIN = "promoflow-plain";
  private static final Duration STORE_PATIENCE = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final HttpServer server;
  private final Backends backends;
  private final DecisionService service;
  private final ProductsRefresh products;
  private final AtomicBoolean stopping;
  private final HttpOptions options;

  private DecisionServer(
      Vertx vertx,
      HttpServer server,
      Backends backends,
      DecisionService service,
      ProductsRefresh products,
      AtomicBoolean stopping,
      HttpOptions options) {
    this.vertx = vertx;
    this.server = server;
    this.backends = backends;
    this.service = service;
    this.products = products;
    this.stopping = stopping;
    this.options = options;
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
    LedgerOptions ledger = LedgerOptions.from(settings);
    return start(options, backends(options, ledger, clock), pseudonymizer::of, clock);
  }

  private static Backends backends(HttpOptions options, LedgerOptions ledger, Clock clock) {
    ConnectionOptions connections = options.connections();
    Store.migrate(connections.postgres(), "serving");
    HikariDataSource pool =
        Store.openImpatient(connections.postgres(), DecisionService.WORKERS, STORE_PATIENCE);
    var book = new LazyRuleBook(connections, STORE_PATIENCE, clock);
    Instant since = clock.instant().minus(options.repeatWindow());
    var own = new OwnRecords();
    var repeats =
        new LoggedIds(
            KafkaTopicFeed.ofOthers(
                connections, connections.topics().decisions(), since, LoggedIds.MOST, own),
            options.repeatWindow(),
            System::nanoTime);
    KeyRing keys =
        options.access().byKey()
            ? new KeyRing(new ApiKeys(pool, clock)::all, options.access().refresh())
            : null;
    return new Backends(
        new KafkaTopicFeed(connections, connections.topics().compacted()),
        new KafkaDecisionLog(
            connections,
            (written, partition, offset) -> {
              repeats.note(written);
              own.add(partition, offset);
            }),
        new PostgresArchive(pool),
        repeats,
        PostgresLedger.open(connections.postgres(), ledger),
        new KafkaEventCollector(connections),
        book,
        keys,
        keys == null ? List.of(book) : List.of(book, keys));
  }

  /** Starts on any backends, and closes them in the end. */
  static DecisionServer start(
      HttpOptions options, Backends backends, UnaryOperator<String> pseudonym, Clock clock) {
    var knowledge =
        new Knowledge(options.connections().topics(), options.featuresLag(), options.featureRows());
    var service = new DecisionService(options, knowledge, backends);
    Vertx vertx =
        Vertx.builder()
            .with(noFiles())
            .withTransport(options.listen().transport().chosen())
            .build();
    HttpServer server = vertx.createHttpServer(http(options));
    var products =
        new ProductsRefresh(options.productsRefresh(), knowledge::rules, backends.rules());
    var stopping = new AtomicBoolean();
    var handle = new DecisionServer(vertx, server, backends, service, products, stopping, options);
    try {
      Wiring.Wired wired =
          new Wiring(options, backends, knowledge, service, pseudonym, clock, stopping::get)
              .with(vertx);
      server
          .requestHandler(wired.others())
          .connectionHandler(connection -> goPlainFirst(connection, wired.usual()));
      backends.feed().start(knowledge::accept);
      settle(server.listen(), START_SECONDS);
      products.start();
      return handle;
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /** Plain requests of HTTP/1.1 are answered before the server's own parser sees a byte. */
  private static void goPlainFirst(HttpConnection connection, PlainDesk desk) {
    if (connection instanceof Http1ServerConnection http1) {
      ChannelPipeline pipeline = http1.channel().pipeline();
      ChannelHandlerContext tls = pipeline.context(SslHandler.class);
      if (tls == null) {
        pipeline.addFirst(PLAIN, new PlainWay(desk));
      } else {
        pipeline.addAfter(tls.name(), PLAIN, new PlainWay(desk));
      }
    }
  }

  private static HttpServerOptions http(HttpOptions options) {
    HttpOptions.Listen listen = options.listen();
    var http =
        new HttpServerOptions()
            .setHost(listen.host())
            .setPort(listen.port())
            .setHandle100ContinueAutomatically(true)
            .setHttp2ClearTextEnabled(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setIdleTimeout(IDLE_SECONDS);
    if (listen.isTls()) {
      http.setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions().setCertPath(listen.certificate()).setKeyPath(listen.key()));
    }
    return http;
  }

  /** The server reads nothing from disk, so it needs no file cache in the temporary folder. */
  private static VertxOptions noFiles() {
    return new VertxOptions()
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static void settle(Future<?> future, long seconds) {
    try {
      future.await(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the decision server does not start or stop in time", e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** Whether keys, and everything that the compacted topics held at the start, have been read. */
  public boolean isReady() {
    return backends.feed().isAtEnd() && (backends.keys() == null || backends.keys().isReady());
  }

  /** The next offset to be read, per partition of the compacted topics. */
  public Map<TopicPartition, Long> positions() {
    return backends.feed().positions();
  }

  /** Whether everything before these end offsets of the compacted topics counts in answers. */
  public boolean caughtUpTo(Map<TopicPartition, Long> endOffsets) {
    return backends.feed().caughtUpTo(endOffsets);
  }

  /** Says that it is not ready any more, lets requests that run end, then what it stands on. */
  @Override
  public void close() {
    if (!stopping.getAndSet(true) && port() > 0) {
      leave();
    }
    Duration drain = options.drain();
    try {
      settle(
          server.shutdown(drain.toMillis(), TimeUnit.MILLISECONDS),
          drain.toSeconds() + START_SECONDS);
    } finally {
      settle(vertx.close(), START_SECONDS);
      products.close();
      backends.feed().close();
      service.close();
      backends.collector().close();
      backends.others().forEach(DecisionServer::end);
    }
  }

  /** Who sends requests here gets the time to see that it is no longer ready. */
  private void leave() {
    try {
      Thread.sleep(options.leave().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // then at once
    }
  }

  private static void end(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      LOG.warn("{} did not end cleanly", one.getClass().getSimpleName(), e);
    }
  }
}
