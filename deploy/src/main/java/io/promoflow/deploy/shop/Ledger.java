package io.promoflow.deploy.shop;

import com.fasterxml.jackson.core.type.TypeReference;
import io.promoflow.ingestion.wire.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the shop has sent, written before it is sent and forced to disk: one file per part of a
 * phase, and a note of where in the topic the part begins. After a crash the shop writes the part
 * again, the same, and sends only the records that are not in the topic yet.
 */
public final class Ledger {
  private final Path folder;

  public Ledger(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Offset in the topic at which a part began; null when it was never begun. */
  Long begun(String part) {
    Path file = folder.resolve(part + ".begun");
    try {
      return Files.exists(file) ? Long.valueOf(Files.readString(file).strip()) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes events and where they begin in the topic, before the first of them is sent. */
  void begin(String part, List<SentEvent> events, long offset) {
    var lines = new StringBuilder();
    events.forEach(event -> lines.append(Wire.text(event)).append('\n'));
    force(folder.resolve(part + ".jsonl"), lines.toString());
    force(folder.resolve(part + ".begun"), Long.toString(offset));
  }

  /** Notes something by name, e.g. what was decided. */
  void note(String name, Map<String, ?> content) {
    force(folder.resolve(name + ".json"), Wire.text(content));
  }

  /** What was noted; null when nothing was. */
  Map<String, String> noted(String name) {
    Path file = folder.resolve(name + ".json");
    try {
      return Files.exists(file)
          ? Wire.JSON.readValue(file.toFile(), new TypeReference<Map<String, String>>() {})
          : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that was sent, in order. */
  List<SentEvent> events() {
    var events = new ArrayList<SentEvent>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".jsonl")).sorted().toList()) {
        String name = file.getFileName().toString();
        events.addAll(events(name.substring(0, name.length() - ".jsonl".length())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  /** What was sent in one part. */
  List<SentEvent> events(String part) {
    var events = new ArrayList<SentEvent>();
    try {
      for (String line : Files.readAllLines(folder.resolve(part + ".jsonl"))) {
        events.add(Wire.JSON.readValue(line, SentEvent.class));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return events;
  }

  private static void force(Path file, String text) {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try (var channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      Files.move(
          next,
          file,
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
