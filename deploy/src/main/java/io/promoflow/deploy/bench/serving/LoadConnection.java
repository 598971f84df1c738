package io.promoflow.deploy.bench.serving;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Locale;

/** One kept-alive HTTP/1.1 connection with at most one request under way; never blocks. */
final class LoadConnection implements AutoCloseable {
  private static final byte[] HEADERS_END = "\r\n\r\n".getBytes(US_ASCII);
  private static final String LENGTH = "content-length:";
  private static final int BUFFER = 1 << 16;

  private final SocketChannel channel;
  private byte[] answer = new byte[BUFFER];
  private int filled;
  private int bodyStart;
  private int bodyLength;
  private long due;

  LoadConnection(int port, Selector selector) throws IOException {
    channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Sends a request that was due at a moment. */
  void send(byte[] request, long dueNanos) throws IOException {
    due = dueNanos;
    filled = 0;
    bodyLength = -1;
    var buffer = ByteBuffer.wrap(request);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Takes what has come; true when the answer is whole. */
  boolean receive() throws IOException {
    if (filled == answer.length) {
      answer = Arrays.copyOf(answer, 2 * answer.length);
    }
    int read = channel.read(ByteBuffer.wrap(answer, filled, answer.length - filled));
    if (read < 0) {
      throw new IOException("the server closed the connection");
    }
    filled += read;
    if (bodyLength < 0) {
      readHeaders();
    }
    return bodyLength >= 0 && filled >= bodyStart + bodyLength;
  }

  private void readHeaders() throws IOException {
    int end = indexOf(answer, filled, HEADERS_END);
    if (end < 0) {
      return;
    }
    String headers = new String(answer, 0, end, ISO_8859_1).toLowerCase(Locale.ROOT);
    int at = headers.indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("an answer without a length: " + headers);
    }
    int line = headers.indexOf('\r', at);
    String length = headers.substring(at + LENGTH.length(), line < 0 ? headers.length() : line);
    bodyStart = end + HEADERS_END.length;
    bodyLength = Integer.parseInt(length.strip());
  }

  private static int indexOf(byte[] bytes, int length, byte[] wanted) {
    for (int i = 0; i <= length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  long due() {
    return due;
  }

  boolean isOk() {
    return answer[9] == '2' && answer[10] == '0' && answer[11] == '0'; // HTTP/1.1 200
  }

  int bodyLength() {
    return bodyLength;
  }

  byte[] body() {
    return Arrays.copyOfRange(answer, bodyStart, bodyStart + bodyLength);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
