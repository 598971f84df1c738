package io.promoflow.serving.access;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The good keys, in memory, so that no request asks the store. While the store is away the keys
 * read last go on to count.
 */
public final class KeyRing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);
  private static final String SCHEME = "Bearer ";

  private final Supplier<List<ApiKey>> source;
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(KeyRing::thread);

  /** Null before the first reading. */
  private volatile Map<String, ApiKey> keys;

  /** Reads the source now and again and again. */
  public KeyRing(Supplier<List<ApiKey>> source, Duration refresh) {
    this.source = source;
    ScheduledFuture<?> unused = // ends with the reader
        reader.scheduleWithFixedDelay(this::read, 0, refresh.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "promoflow-api-keys");
    thread.setDaemon(true);
    return thread;
  }

  private void read() {
    try {
      keys =
          source.get().stream()
              .filter(key -> key.revokedAt() == null)
              .collect(Collectors.toUnmodifiableMap(ApiKey::id, Function.identity()));
    } catch (RuntimeException e) {
      LOG.warn("API keys cannot be read now, those read before count on: {}", e.getMessage());
    }
  }

  /** Whether the keys have been read. */
  public boolean isReady() {
    return keys != null;
  }

  /** What the newest reading found: another object after every reading, null before the first. */
  public Object reading() {
    return keys;
  }

  /** The good key that an Authorization header presents; null when it presents none. */
  public ApiKey find(String authorization) {
    Map<String, ApiKey> known = keys;
    boolean isBearer =
        known != null
            && authorization != null
            && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    Token token = isBearer ? Token.parse(authorization.substring(SCHEME.length())) : null;
    ApiKey key = token == null ? null : known.get(token.id());
    return key != null && key.isMadeOf(token) ? key : null;
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
