package io.promoflow.models.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promoflow.ingestion.replay.MappingException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowsReaderTest {
  private static final String TABLE =
      """
      id,age,city,spend,bought,arm
      1,30,"Ulm, Donau",1.5,yes,A
      2,old,Ulm,,no,B
      3,NA,,2.5,yes,B
      4,50,Bonn,Infinity,,A
      5,60,Bonn
      """;

  @TempDir private Path folder;

  private Rows rows(String mapping) throws Exception {
    return RowsReader.read(
        TableMapping.parse("m.yaml", mapping), Files.writeString(folder.resolve("t.csv"), TABLE));
  }

  @Test
  void whatIsNoNumberCountsAsMissingAndIsTold() throws Exception {
    Rows rows = rows("numeric: [age, spend]\ncategorical: city\nmissing: NA");

    assertThat(rows.table().numbers()[0]).containsExactly(30, Double.NaN, Double.NaN, 50, 60);
    assertThat(rows.table().texts()[0]).containsExactly("Ulm, Donau", "Ulm", null, "Bonn", "Bonn");
    assertThat(rows.badValues()).isEqualTo(3);
    assertThat(rows.complaints())
        .containsExactlyInAnyOrder(
            "row 5: has not the 6 columns of line 1",
            "row 2: age is 'old', which is no number; counts as missing",
            "row 4: spend is 'Infinity', which is no number; counts as missing");
  }

  @Test
  void rowsWithoutALabelAreLeftOut() throws Exception {
    Rows rows = rows("label: bought\npositive: \"yes\"\nnumeric: age\ntreatment: arm\ncontrol: A");

    assertThat(rows.labels()).containsExactly(1, 0, 1);
    assertThat(rows.binary()).isTrue();
    assertThat(rows.unlabelled()).isEqualTo(2);
    assertThat(rows.treatments().orElseThrow()).containsExactly("A", "B", "B");
  }

  @Test
  void starTakesAllOtherColumnsByWhatIsInThem() throws Exception {
    Rows rows =
        rows(
            "label: bought\npositive: \"yes\"\nnumeric: '*'\ncategorical: '*'\nignore: id\nmissing: [Infinity, NA]");

    assertThat(rows.table().features()).containsExactly("spend");
    assertThat(rows.table().categories()).containsExactly("age", "city", "arm");
  }

  @Test
  void numericLabelIsReadAsItIs() throws Exception {
    Rows rows = rows("label: id\nnumeric: age\nweights: spend");

    assertThat(rows.labels()).containsExactly(1, 2, 3, 4, 5);
    assertThat(rows.binary()).isFalse();
    assertThat(rows.weights()).containsExactly(1.5, 1, 2.5, 1, 1);
  }

  @Test
  void compressedFileIsTheSame() throws Exception {
    Path file = folder.resolve("t.csv.gz");
    try (var out =
        new OutputStreamWriter(
            new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
      out.write(TABLE);
    }

    Rows rows = RowsReader.read(TableMapping.parse("m", "numeric: age"), file);

    assertThat(rows.size()).isEqualTo(5);
  }

  @Test
  void columnThatIsNotThereIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> rows("numeric: agee"))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("t.csv: has no column 'agee'")
        .hasMessageContaining("spend");
    assertThatThrownBy(() -> rows("label: bought\npositive: never\nnumeric: age"))
        .hasMessageContaining("no row has bought never");
  }
}
