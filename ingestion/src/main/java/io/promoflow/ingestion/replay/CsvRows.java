package io.promoflow.ingestion.replay;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rows of a CSV file (RFC 4180). No row is left out: an empty line is an unmappable row. */
final class CsvRows implements RowSource {
  private final CsvReader<CsvRecord> reader;
  private final CloseableIterator<CsvRecord> records;
  private final Map<String, Integer> positions = new HashMap<>();
  private final Set<String> missing;
  private final String delimiter;
  private final String path;
  private final String name;
  private final int width;
  private long number;

  CsvRows(InputStream in, SourceMapping mapping, String path, String name) {
    this.path = path;
    this.name = name;
    this.missing = mapping.missing();
    this.delimiter = String.valueOf(mapping.delimiter());
    this.reader =
        CsvReader.builder()
            .fieldSeparator(mapping.delimiter())
            .skipEmptyLines(false)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(true)
            .detectBomHeader(true)
            .ofCsvRecord(in, StandardCharsets.UTF_8);
    this.records = reader.iterator();
    List<String> columns = mapping.columns();
    if (columns.isEmpty()) {
      columns = records.hasNext() ? records.next().getFields() : List.of();
    }
    for (String column : columns) {
      positions.put(column, positions.size());
    }
    this.width = columns.size();
    columnsExist(mapping);
  }

  private void columnsExist(SourceMapping mapping) {
    for (String column : mapping.columnsRead()) {
      if (!positions.containsKey(column)) {
        throw new MappingException(
            List.of(
                path
                    + ": has no column '"
                    + column
                    + "', which the mapping reads; its first line names "
                    + positions.keySet().stream().sorted().toList()));
      }
    }
  }

  @Override
  public Read next() {
    CsvRecord record;
    try {
      if (!records.hasNext()) {
        return null;
      }
      record = records.next();
    } catch (CsvParseException e) {
      throw new IllegalStateException(
          path + ": cannot be read as CSV behind row " + number + ": " + e.getMessage(), e);
    }
    number++;
    if (record.getFieldCount() != width) {
      return Read.unmappable(
          String.join(delimiter, record.getFields()).getBytes(StandardCharsets.UTF_8),
          name + " row " + number + " has " + record.getFieldCount() + " columns, not " + width);
    }
    return Read.row(new CsvRow(record, number));
  }

  @Override
  public void close() throws IOException {
    records.close();
    reader.close();
  }

  private final class CsvRow implements Row {
    private final CsvRecord values;
    private final long rowNumber;

    CsvRow(CsvRecord values, long rowNumber) {
      this.values = values;
      this.rowNumber = rowNumber;
    }

    @Override
    public String get(String column) {
      String text = values.getField(positions.get(column));
      return text.isEmpty() || missing.contains(text) ? null : text;
    }

    @Override
    public long number() {
      return rowNumber;
    }

    @Override
    public String file() {
      return name;
    }
  }
}
