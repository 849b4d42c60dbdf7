"""Reading the network: the records that it is made of, and what they are called."""
