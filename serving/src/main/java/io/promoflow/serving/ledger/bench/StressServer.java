package io.promoflow.serving.ledger.bench;

import io.promoflow.ingestion.options.ConnectionOptions.Postgres;
import io.promoflow.serving.ledger.Claim;
import io.promoflow.serving.ledger.LedgerOptions;
import io.promoflow.serving.ledger.Pacing;
import io.promoflow.serving.ledger.PostgresLedger;
import io.promoflow.serving.ledger.Redemption;
import io.promoflow.serving.ledger.Redemption.Action;
import io.promoflow.serving.ledger.Settlement;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;

/**
 * A process with a ledger of its own behind a socket. Arguments: JDBC URL, lease in milliseconds,
 * the file to write its port to. A line asks, a line answers:
 *
 * <pre>
 * R decision promotion shopper cents    GRANTED, or the refusal
 * S key decision action cents           cents spent and OK, the refusal, or AWAY
 * </pre>
 */
public final class StressServer {
  static final Instant NOON = Instant.parse("2026-01-08T12:00:00Z");
  static final String GRANTED = "GRANTED";
  static final String AWAY = "AWAY";
  private static final double LEASE_SHARE = 0.1;

  private final PostgresLedger ledger;

  private StressServer(PostgresLedger ledger) {
    this.ledger = ledger;
  }

  public static void main(String[] args) throws IOException {
    var place = new Postgres(args[0], "postgres", "postgres");
    var lease = Duration.ofMillis(Long.parseLong(args[1]));
    var options = new LedgerOptions(lease, LEASE_SHARE, Duration.ofDays(1), Pacing.NONE);
    var server = new StressServer(PostgresLedger.open(place, options));
    endWithParent();
    try (var socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
      tell(Path.of(args[2]), socket.getLocalPort());
      while (!Thread.interrupted()) {
        server.attend(socket.accept());
      }
    }
  }

  /** Input ends when the process that started this one does, however it does. */
  private static void endWithParent() {
    var watch =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // the parent is gone all the same
              } finally {
                Runtime.getRuntime().halt(0);
              }
            });
    watch.setDaemon(true);
    watch.start();
  }

  private static void tell(Path file, int port) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.writeString(draft, String.valueOf(port));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private void attend(Socket client) {
    var thread = new Thread(() -> serve(client));
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket client) {
    try (client;
        var in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        var out =
            new BufferedWriter(
                new OutputStreamWriter(client.getOutputStream(), StandardCharsets.US_ASCII))) {
      client.setTcpNoDelay(true);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(answer(line.split(" ", -1)));
        out.newLine();
        out.flush();
      }
    } catch (IOException e) {
      // the client went away; it asks again on another connection
      Thread.currentThread().interrupt();
    }
  }

  private String answer(String[] asked) {
    return "R".equals(asked[0]) ? reserve(asked) : settle(asked);
  }

  private String reserve(String[] asked) {
    var claim = new Claim(asked[1], asked[2], asked[3], Long.parseLong(asked[4]), NOON);
    return ledger.reserve(claim).map(Enum::name).orElse(GRANTED);
  }

  private String settle(String[] asked) {
    Long cents = "-".equals(asked[4]) ? null : Long.valueOf(asked[4]);
    var redemption = new Redemption(asked[1], asked[2], Action.valueOf(asked[3]), cents, NOON);
    try {
      Settlement answer = ledger.settle(redemption).toCompletableFuture().join();
      return answer.spentCents() + " " + (answer.settled() ? "OK" : answer.refusal().name());
    } catch (CompletionException e) {
      return AWAY; // whatever it was, the client has to ask again
    }
  }
}
