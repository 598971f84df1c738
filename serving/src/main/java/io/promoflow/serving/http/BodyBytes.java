package io.promoflow.serving.http;

import io.vertx.core.buffer.Buffer;

/**
 * The body of a request as it comes, up to the most that it may have. Not copied anew for each
 * chunk: that would cost the square of a body that comes in small ones.
 */
final class BodyBytes {
  private final int most;

  /** Null when there is none yet. */
  private Buffer bytes;

  /** Whether the buffer may be added to: the first chunk is not ours. */
  private boolean isOurs;

  BodyBytes(int most) {
    this.most = most;
  }

  /** Takes a chunk in; false when the body is larger than it may be. */
  boolean add(Buffer chunk) {
    if ((long) length() + chunk.length() > most) {
      return false;
    }
    if (bytes == null) {
      bytes = chunk;
    } else {
      bytes = isOurs ? bytes : Buffer.buffer(2 * bytes.length()).appendBuffer(bytes);
      isOurs = true;
      bytes.appendBuffer(chunk);
    }
    return true;
  }

  private int length() {
    return bytes == null ? 0 : bytes.length();
  }

  /** What has come, which is forgotten here. */
  byte[] take() {
    byte[] all = bytes == null ? new byte[0] : bytes.getBytes();
    letGo();
    return all;
  }

  void letGo() {
    bytes = null;
  }
}
