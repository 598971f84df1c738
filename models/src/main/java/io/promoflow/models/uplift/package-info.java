/**
 * What a promotion changes, instead of what happens anyway: learners of uplift and their measures.
 */
package io.promoflow.models.uplift;
