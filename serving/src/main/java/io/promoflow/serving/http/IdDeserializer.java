package io.promoflow.serving.http;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;

/** Copies of a decision as we write it no more than the start with the id, of all else all. */
final class IdDeserializer implements Deserializer<byte[]> {
  @Override
  public byte[] deserialize(String topic, byte[] value) {
    return value;
  }

  @Override
  public byte[] deserialize(String topic, Headers headers, ByteBuffer value) {
    return Utils.toNullableArray(value == null ? null : LoggedIds.start(value));
  }
}
