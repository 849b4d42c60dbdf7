"""The cluster and its rules, as the first page, the help page and search engines are told of them."""
