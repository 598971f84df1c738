package io.promoflow.ingestion.replay;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** One open file as events, plain or gzip, in its own order or sorted by time. */
final class ReplayFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final SourceMapping mapping;
  private final EventWriter writer;
  private final Counted bytes;
  private final long bytesTotal;
  private final RowSource rows;
  private Iterator<ReplayEvent> sorted;
  private long read;
  private long skipped;
  private long unmappable;

  private ReplayFile(SourceMapping mapping, Path path) throws IOException {
    this.mapping = mapping;
    this.writer = new EventWriter(mapping);
    this.bytesTotal = Files.size(path);
    this.bytes = new Counted(Files.newInputStream(path));
    try {
      this.rows = rows(path);
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  static ReplayFile open(SourceMapping mapping, Path path) throws IOException {
    return new ReplayFile(mapping, path);
  }

  private RowSource rows(Path path) throws IOException {
    String fileName = path.getFileName().toString();
    String name = fileName.contains(".") ? fileName.substring(0, fileName.indexOf('.')) : fileName;
    InputStream in =
        fileName.endsWith(".gz")
            ? new GZIPInputStream(bytes, BUFFER_BYTES)
            : new BufferedInputStream(bytes, BUFFER_BYTES);
    return mapping.format() == SourceMapping.Format.CSV
        ? new CsvRows(in, mapping, path.toString(), name)
        : new JsonRows(in, mapping, name);
  }

  /** The next event; null at the end. */
  ReplayEvent next() {
    if (!mapping.byTime()) {
      return nextAsWritten();
    }
    if (sorted == null) {
      sorted = sortedByTime().iterator();
    }
    return sorted.hasNext() ? sorted.next() : null;
  }

  /** An event without a time stays behind the one that it follows in the file. */
  private List<ReplayEvent> sortedByTime() {
    record Timed(Instant at, ReplayEvent event) {}
    var all = new ArrayList<Timed>();
    Instant before = Instant.MIN;
    for (ReplayEvent event = nextAsWritten(); event != null; event = nextAsWritten()) {
      before = event.at() == null ? before : event.at();
      all.add(new Timed(before, event));
    }
    all.sort(Comparator.comparing(Timed::at));
    return all.stream().map(Timed::event).toList();
  }

  private ReplayEvent nextAsWritten() {
    for (var row = rows.next(); row != null; row = rows.next()) {
      read++;
      if (row.unmappable() != null) {
        unmappable++;
        return new ReplayEvent(null, null, row.raw(), row.unmappable());
      }
      if (!mapping.skips(row.row())) {
        return writer.event(row.row());
      }
      skipped++;
    }
    return null;
  }

  long rows() {
    return read;
  }

  long skipped() {
    return skipped;
  }

  long unmappable() {
    return unmappable;
  }

  long bytesRead() {
    return bytes.count;
  }

  long bytesTotal() {
    return bytesTotal;
  }

  @Override
  public void close() throws IOException {
    rows.close();
    bytes.close();
  }

  private static final class Counted extends FilterInputStream {
    private volatile long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      add(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int got = super.read(into, from, length);
      add(Math.max(0, got));
      return got;
    }

    /** One thread reads, others look. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void add(int more) {
      count += more;
    }
  }
}
