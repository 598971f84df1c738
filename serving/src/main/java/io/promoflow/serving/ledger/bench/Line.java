package io.promoflow.serving.ledger.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client's connection to one server, opened again after the server was killed. */
final class Line {
  private static final int SILENCE_MILLIS = 30_000;

  private final StressProcess server;
  private Socket socket;
  private BufferedReader in;
  private BufferedWriter out;

  Line(StressProcess server) {
    this.server = server;
  }

  /** The answer; null when the server went away, before or after it did what it was asked. */
  String ask(String line) {
    try {
      if (socket == null) {
        connect();
      }
      out.write(line);
      out.newLine();
      out.flush();
      String answer = in.readLine();
      if (answer == null) {
        throw new IOException("the server has closed the connection");
      }
      return answer;
    } catch (IOException e) {
      hangUp();
      return null;
    }
  }

  private void connect() throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(SILENCE_MILLIS);
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    out =
        new BufferedWriter(
            new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.US_ASCII));
  }

  private void hangUp() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // it is of no use any more, open or closed
    } finally {
      socket = null;
    }
    Pause.millis(20);
  }
}
