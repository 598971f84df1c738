/** Who gets what when budgets, stock and contacts do not last for all. */
package io.promoflow.serving.allocation;
