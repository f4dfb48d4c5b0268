"""`kubectl get` asks for tables; this file has the columns."""
