package io.promoflow.features.flink;

import io.promoflow.ingestion.flink.RawRecord;
import io.promoflow.ingestion.replay.ReplayEvent;
import io.promoflow.ingestion.replay.ReplayMapping;
import io.promoflow.ingestion.replay.ReplayReader;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** Raw events of mapped files, opened where they are read. */
final class FileHistory implements Iterator<RawRecord>, Serializable {
  private static final long serialVersionUID = 1L;

  private final String mapping;
  private final List<String> files;
  private transient ReplayReader reader;
  private long row;

  FileHistory(String mapping, List<String> files) {
    this.mapping = mapping;
    this.files = List.copyOf(files);
  }

  private ReplayReader reader() {
    if (reader == null) {
      try {
        reader =
            ReplayReader.open(ReplayMapping.load(mapping), files.stream().map(Path::of).toList());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + files, e);
      }
    }
    return reader;
  }

  @Override
  public boolean hasNext() {
    return reader().hasNext();
  }

  @Override
  public RawRecord next() {
    ReplayEvent event = reader().next();
    return new RawRecord(event.json(), "files", 0, row++, event.unmappable());
  }
}
