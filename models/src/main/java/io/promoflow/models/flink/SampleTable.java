package io.promoflow.models.flink;

import io.promoflow.models.trainer.Sample;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.RowTypeInfo;
import org.apache.flink.ml.linalg.Vectors;
import org.apache.flink.ml.linalg.typeinfo.DenseVectorTypeInfo;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;

/** A sample as the table that stages read; typed by field name, as Flink ML wants it. */
final class SampleTable {
  static final String FEATURES = "features";
  static final String LABEL = "label";
  static final String WEIGHT = "weight";
  static final String ROW = "row_number";

  private static final RowTypeInfo TYPE =
      new RowTypeInfo(
          new TypeInformation<?>[] {
            DenseVectorTypeInfo.INSTANCE, Types.DOUBLE, Types.DOUBLE, Types.INT
          },
          new String[] {FEATURES, LABEL, WEIGHT, ROW});

  private SampleTable() {}

  static Table of(StreamExecutionEnvironment env, StreamTableEnvironment tables, Sample sample) {
    return tables.fromDataStream(env.fromCollection(rows(sample), TYPE));
  }

  private static List<Row> rows(Sample sample) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < sample.size(); i++) {
      rows.add(
          Row.of(
              Vectors.dense(sample.rows().row(i)),
              sample.labels().length == 0 ? 0.0 : sample.labels()[i],
              sample.weights()[i],
              i));
    }
    return rows;
  }
}
