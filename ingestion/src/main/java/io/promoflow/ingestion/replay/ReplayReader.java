package io.promoflow.ingestion.replay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * The raw events of some files, lazily and merged by time: always the earliest of the files' next
 * rows. A file keeps its own order, so it must be sorted by time already or be mapped with {@code
 * order: by-time}. Every row gives one event, except rows that the mapping skips, which are
 * counted.
 */
public final class ReplayReader implements Iterator<ReplayEvent>, Closeable {
  private final List<ReplayFile> files = new ArrayList<>();
  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(Comparator.comparing(Head::at).thenComparing(Head::file));

  /** The next event of a file; {@code at} is the file's time so far when the event has none. */
  private record Head(Instant at, int file, ReplayEvent event) {}

  private ReplayReader() {}

  /** Opens the files; the caller closes the reader. */
  public static ReplayReader open(ReplayMapping mapping, List<Path> paths) throws IOException {
    var reader = new ReplayReader();
    try {
      for (Path path : paths) {
        reader.files.add(ReplayFile.open(mapping.sourceFor(path), path));
      }
      for (int i = 0; i < reader.files.size(); i++) {
        reader.advance(i, Instant.MIN);
      }
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private void advance(int file, Instant before) {
    ReplayEvent event = files.get(file).next();
    if (event != null) {
      heads.add(new Head(event.at() == null ? before : event.at(), file, event));
    }
  }

  @Override
  public boolean hasNext() {
    return !heads.isEmpty();
  }

  @Override
  public ReplayEvent next() {
    Head head = heads.poll();
    if (head == null) {
      throw new NoSuchElementException("every row was read");
    }
    advance(head.file(), head.at());
    return head.event();
  }

  /** Data rows read so far, including the few that are read ahead of what {@link #next} gave. */
  public long rows() {
    return files.stream().mapToLong(ReplayFile::rows).sum();
  }

  /** Rows that a skip condition of the mapping left out so far. */
  public long skipped() {
    return files.stream().mapToLong(ReplayFile::skipped).sum();
  }

  /** Rows so far that could not be turned into an event. */
  public long unmappable() {
    return files.stream().mapToLong(ReplayFile::unmappable).sum();
  }

  /** Bytes of the files (compressed where they are) read so far, for a progress bar. */
  public long bytesRead() {
    return files.stream().mapToLong(ReplayFile::bytesRead).sum();
  }

  /** Bytes of the files (compressed where they are). */
  public long bytesTotal() {
    return files.stream().mapToLong(ReplayFile::bytesTotal).sum();
  }

  @Override
  public void close() throws IOException {
    for (ReplayFile file : files) {
      file.close();
    }
  }
}
