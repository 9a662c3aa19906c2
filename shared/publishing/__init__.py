"""Published marts: what a workspace's marts say at one moment, as Parquet in a bucket, for everything that answers.

`publisher` makes a version when data has changed: `fingerprints` says which marts differ, `script` asks BigQuery for
them at one moment, `manifest` lists what came of it, and the pointer (`model.Publication`) moves last. `published`
reads; `sweeping` and `withdrawing` delete.
"""
