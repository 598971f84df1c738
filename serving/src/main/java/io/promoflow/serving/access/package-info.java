/** Who may ask the decision server for what: API keys with roles, and how often each may ask. */
package io.promoflow.serving.access;
