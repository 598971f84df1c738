package io.promoflow.features;

import io.promoflow.features.aggregate.Aggregate;
import io.promoflow.features.aggregate.Cells;
import io.promoflow.ingestion.schema.ShopEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Memory of a column as a checkpoint has it, until the column that it is of takes it over. */
record Raw(String signature, int numbers, boolean hasPart) implements Aggregate {
  @Override
  public void add(Cells c, int n, int p, ShopEvent event) {
    throw new UnsupportedOperationException(this + " must be taken over first");
  }

  @Override
  public void merge(Cells into, int n, int p, Cells from, int fromN, int fromP) {
    throw new UnsupportedOperationException(this + " must be taken over first");
  }

  @Override
  public boolean subtract(Cells from, int n, int p, Cells gone, int goneN, int goneP) {
    throw new UnsupportedOperationException(this + " must be taken over first");
  }

  @Override
  public double value(Cells c, int n, int p, long asOf) {
    throw new UnsupportedOperationException(this + " must be taken over first");
  }

  @Override
  public Object copyPart(Object part) {
    return part; // bytes that nobody changes
  }

  @Override
  public void writePart(Object part, DataOutput out) throws IOException {
    out.write((byte[]) part);
  }

  @Override
  public Object readPart(DataInput in) throws IOException {
    throw new UnsupportedOperationException("the bytes themselves are the part");
  }
}
