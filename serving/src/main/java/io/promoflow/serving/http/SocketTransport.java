package io.promoflow.serving.http;

import io.promoflow.ingestion.options.SettingsException;
import io.vertx.core.transport.Transport;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** By which of its interfaces the operating system moves bytes between server and callers. */
public enum SocketTransport {
  /** The quickest that this machine has. */
  AUTO(null),
  /** Linux 5.13 or later, where containers do not forbid it: many reads and writes in one call. */
  IO_URING(Transport.IO_URING),
  /** Linux. */
  EPOLL(Transport.EPOLL),
  /** Any system. */
  NIO(Transport.NIO);

  private static final Logger LOG = LoggerFactory.getLogger(SocketTransport.class);

  @SuppressWarnings("ImmutableEnumChecker") // a transport is what it is for good
  private final Transport transport;

  SocketTransport(Transport transport) {
    this.transport = transport;
  }

  /**
   * What is used.
   *
   * @throws SettingsException when this machine has not got what was asked for
   */
  Transport chosen() {
    Transport chosen =
        this == AUTO
            ? List.of(IO_URING, EPOLL).stream()
                .filter(SocketTransport::isThere)
                .findFirst()
                .orElse(NIO)
                .transport
            : transport;
    if (this != AUTO && !isThere()) {
      throw new SettingsException(
          HttpSettings.TRANSPORT.key() + ": this machine has no " + this + ", " + why());
    }
    LOG.info("sockets by {}", chosen.name());
    return chosen;
  }

  private boolean isThere() {
    return transport != null && transport.available();
  }

  private String why() {
    Throwable cause = transport == null ? null : transport.unavailabilityCause();
    return cause == null ? "its library is not there" : String.valueOf(cause.getMessage());
  }
}
