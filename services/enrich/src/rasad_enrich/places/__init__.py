"""The gazetteer: countries and cities, by every name they have."""
