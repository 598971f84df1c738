/** Which features a model goes by, over many shoppers: measured and drawn. */
package io.promoflow.models.explain;
