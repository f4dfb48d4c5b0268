"""Go's text/template with Helm's rules: charts that exist today, rendered byte for byte."""
