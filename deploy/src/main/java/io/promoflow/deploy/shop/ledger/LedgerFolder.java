package io.promoflow.deploy.shop.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The ledger on disk: one file of JSON lines per half-day, written ahead of what is sent.
 *
 * <p>A file opens with where the topics ended, and closes with a mark that the half-day is done.
 * What a crash leaves without that mark is simulated again (identically) and written anew under the
 * same opening line, so that the ledger never holds anything twice.
 */
public final class LedgerFolder {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .serializationInclusion(JsonInclude.Include.NON_NULL)
          .build();

  private final Path folder;

  public LedgerFolder(Path folder) {
    try {
      this.folder = Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line: exactly one of its parts is there. */
  private record Line(
      Begun begun, Question question, Answer answer, SentEvent event, Boolean done) {
    static Line of(Begun begun) {
      return new Line(begun, null, null, null, null);
    }
  }

  private record Begun(int phase, Map<String, Long> offsets) {}

  /** The half-day's book as far as it was written; empty when it never began. */
  public Optional<PhaseBook> read(int phase) {
    Path file = file(phase);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    PhaseBook book = null;
    for (Line line : lines(file)) {
      if (line.begun() != null) {
        book = PhaseBook.begun(line.begun().phase(), line.begun().offsets());
      } else if (book == null) {
        return Optional.empty();
      } else if (line.question() != null) {
        book.questions().add(line.question());
      } else if (line.answer() != null) {
        book.answers().add(line.answer());
      } else if (line.event() != null) {
        book.events().add(line.event());
      } else if (line.done() != null) {
        book = book.completed();
      }
    }
    return Optional.ofNullable(book);
  }

  /** The half-days that are complete, in order, up to the first that is not. */
  public List<PhaseBook> completed() {
    var books = new ArrayList<PhaseBook>();
    for (int phase = 0; ; phase++) {
      Optional<PhaseBook> book = read(phase);
      if (book.isEmpty() || !book.get().done()) {
        return books;
      }
      books.add(book.get());
    }
  }

  private static List<Line> lines(Path file) {
    try {
      var lines = new ArrayList<Line>();
      for (String text : Files.readString(file).split("\n", -1)) {
        parsed(text).ifPresent(lines::add);
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty for the last line when a crash tore it. */
  private static Optional<Line> parsed(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(JSON.readValue(text, Line.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Begins a half-day, or begins it anew; the opening line is on disk when this returns. The old
   * file stays until the new opening line is safe: it tells what was sent already.
   */
  public Pen begin(int phase, Map<String, Long> offsets) {
    Path file = file(phase);
    Path next = folder.resolve(file.getFileName() + ".next");
    try {
      byte[] opening = JSON.writeValueAsBytes(Line.of(new Begun(phase, offsets)));
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(opening));
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      return new Pen(FileChannel.open(file, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(int phase) {
    return folder.resolve(String.format(Locale.ROOT, "phase-%03d.jsonl", phase));
  }

  /** Writes one half-day. */
  public static final class Pen implements AutoCloseable {
    private final FileChannel channel;
    private final BufferedWriter writer;

    private Pen(FileChannel channel) {
      this.channel = channel;
      this.writer =
          new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), 1 << 16);
    }

    public void questions(List<Question> questions) {
      questions.forEach(question -> write(new Line(null, question, null, null, null)));
    }

    public void answers(List<Answer> answers) {
      answers.forEach(answer -> write(new Line(null, null, answer, null, null)));
    }

    public void events(List<SentEvent> events) {
      events.forEach(event -> write(new Line(null, null, null, event, null)));
    }

    public void done() {
      write(new Line(null, null, null, null, true));
      force();
    }

    private void write(Line line) {
      try {
        writer.write(JSON.writeValueAsString(line));
        writer.write('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns when everything written is on disk. */
    public void force() {
      try {
        writer.flush();
        channel.force(false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        writer.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
