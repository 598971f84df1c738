package io.promoflow.models.offline;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.promoflow.ingestion.replay.MappingException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * A CSV file (RFC 4180) with a header, plain or gzip, column by column as texts.
 *
 * @param path of the file
 * @param names of the columns
 * @param columns texts per column and row; null is missing
 * @param oddRows numbers, from 1, of rows with another number of fields than the header
 */
public record CsvTable(
    Path path, List<String> names, List<List<String>> columns, List<Long> oddRows) {

  /** Reads all of it; {@code missing} are texts that count as missing. */
  public static CsvTable read(Path path, char delimiter, Set<String> missing) throws IOException {
    try (InputStream in = open(path);
        CsvReader<CsvRecord> reader =
            CsvReader.builder()
                .fieldSeparator(delimiter)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .detectBomHeader(true)
                .ofCsvRecord(in, StandardCharsets.UTF_8)) {
      var records = reader.iterator();
      if (!records.hasNext()) {
        throw new MappingException(List.of(path + ": is empty; its first line must name columns"));
      }
      List<String> names = List.copyOf(records.next().getFields());
      var table = new CsvTable(path, names, new ArrayList<>(), new ArrayList<>());
      names.forEach(name -> table.columns.add(new ArrayList<>()));
      long number = 0;
      while (records.hasNext()) {
        table.add(++number, records.next(), missing);
      }
      return table;
    } catch (CsvParseException e) {
      throw new IOException(path + ": cannot be read as CSV: " + e.getMessage(), e);
    }
  }

  private static InputStream open(Path path) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(path));
    return path.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
  }

  private void add(long number, CsvRecord row, Set<String> missing) {
    if (row.getFieldCount() != names.size()) {
      oddRows.add(number);
    }
    for (int c = 0; c < names.size(); c++) {
      String text = c < row.getFieldCount() ? row.getField(c).strip() : "";
      columns.get(c).add(text.isEmpty() || missing.contains(text) ? null : text);
    }
  }

  public int rows() {
    return columns.isEmpty() ? 0 : columns.get(0).size();
  }

  /** The texts of a column; refuses a name that the header lacks. */
  public List<String> column(String name) {
    int position = names.indexOf(name);
    if (position < 0) {
      throw new MappingException(
          List.of(
              path + ": has no column '" + name + "', which the mapping names; it has " + names));
    }
    return columns.get(position);
  }
}
