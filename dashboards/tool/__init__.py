"""What scripts/dashboards does: readable sources in, a bundle that Superset imports out."""
