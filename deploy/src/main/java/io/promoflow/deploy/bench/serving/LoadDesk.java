package io.promoflow.deploy.bench.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promoflow.ingestion.wire.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts load on servers that run in processes of their own, so that their CPU time is theirs alone:
 * takes a {@link LoadOrder} as a line of JSON and answers with a {@link LoadReport}.
 */
final class LoadDesk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadDesk.class);

  private final ServerSocket socket;
  private final Swapping swapping;

  /** Swaps rules and models while a server is under load. */
  interface Swapping {
    void swap(int times, int seconds) throws InterruptedException;
  }

  LoadDesk(Swapping swapping) throws IOException {
    this.socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    this.swapping = swapping;
    var thread = new Thread(this::serve, "bench-load-desk");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return socket.getLocalPort();
  }

  /** Asks the desk on a port for load; waits until it has been. */
  static LoadReport ask(int port, LoadOrder order) throws IOException {
    try (var connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
      connection.getOutputStream().write((Wire.text(order) + "\n").getBytes(UTF_8));
      String report = reader(connection).readLine();
      if (report == null) {
        throw new IOException("the load was not carried out; the bench's log says why");
      }
      return Wire.JSON.readValue(report, LoadReport.class);
    }
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket asking = socket.accept()) {
        var order = Wire.JSON.readValue(reader(asking).readLine(), LoadOrder.class);
        asking.getOutputStream().write((Wire.text(load(order)) + "\n").getBytes(UTF_8));
      } catch (IOException e) {
        // whoever asked finds its connection closed without a report
        LOG.warn("load was not carried out: {}", e.getMessage());
      }
    }
  }

  private LoadReport load(LoadOrder order) throws IOException {
    Thread swaps = new Thread(() -> swap(order), "bench-swaps");
    swaps.start();
    LoadReport report = Load.run(order);
    swaps.interrupt();
    return report;
  }

  private void swap(LoadOrder order) {
    try {
      if (order.swaps() > 0) {
        swapping.swap(order.swaps(), order.seconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
