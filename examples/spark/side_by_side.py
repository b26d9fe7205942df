"""Dumps to reviews in Spark: convert all dumps in parallel, then settle identity in parts.

    python examples/spark/side_by_side.py --revdb target/release/revdb -o lake dumps/*

1. `revdb convert` runs on the executors, one dump per task: lake/records. A second run resumes the first.
2. Records that might be the same review get the same block: the column `meets` lists a record's blocking
   keys (a title, a work's id, a review's id), and the least key is propagated until nothing changes.
3. `revdb settle` runs on each part of the blocks and decides as an archive does: lake/reviews, which has the
   columns of `revdb export --format parquet`, so that `revdb query REPORT --sql --dialect spark` runs on it.

Needs pyspark 4, and the same revdb and paths on every machine. This example runs Spark locally.
"""

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as f


def convert(revdb, lake):
    """Converts one dump on an executor; returns path, exit code and messages."""

    def one(path):
        done = subprocess.run([revdb, "convert", path, "-o", lake], capture_output=True, text=True)
        return path, done.returncode, done.stderr.strip()

    return one


def blocks(records):
    """The block of each dump's mention of a work: the connected components over `meets`."""
    node = f.concat_ws(" ", "dump", "mention").alias("node")
    meeting = records.select(node, f.explode(f.from_json("meets", "array<string>")).alias("meets")).distinct().cache()
    block = meeting.groupBy("node").agg(f.min("meets").alias("block"))
    while True:
        met = meeting.join(block, "node").groupBy("meets").agg(f.min("block").alias("block"))
        least = meeting.join(met, "meets").groupBy("node").agg(f.min("block").alias("block")).localCheckpoint()
        moved = least.join(block.withColumnRenamed("block", "before"), "node").where("block < before").count()
        block = least
        if moved == 0:
            return block


def first_spelling(records, fold, printed):
    """The spelling of each name where it was first seen."""
    seen = Window.partitionBy(fold).orderBy("source", "place", "record")
    names = records.where(f.col(fold).isNotNull()).withColumn("place", f.row_number().over(seen))
    return names.where("place = 1").select(fold, f.col(printed).alias("spelling"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--revdb", default="revdb")
    parser.add_argument("-o", "--output", default="lake")
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("dumps", nargs="+")
    args = parser.parse_args()
    builder = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.parquet.compression.codec", "zstd").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.conf.set("spark.sql.shuffle.partitions", str(args.parts))

    dumps = spark.sparkContext.parallelize(args.dumps, len(args.dumps))
    for path, code, said in dumps.map(convert(args.revdb, args.output)).collect():
        if code not in (0, 3):
            sys.exit(f"{path}: {said}")
        # What was assumed, and with exit code 3 what was rejected or refused.
        if said:
            print(said, file=sys.stderr)

    records = spark.read.parquet(f"{args.output}/records")
    node = f.concat_ws(" ", "dump", "mention")
    part = records.withColumn("node", node).join(blocks(records), "node").drop("node")
    part = part.repartition(args.parts, "block").sortWithinPartitions("source", "place", "mention", "record").drop("block")
    settled = part.toJSON().pipe(f"{shlex.quote(args.revdb)} settle - --format jsonl", checkCode=True)
    schema = spark.read.schema(SCHEMA).json(settled)
    reviews = schema.withColumn("truncated", f.col("truncated") == 1)
    reviews = reviews.withColumn("date_text", f.col("date"))
    reviews = reviews.withColumn("date", f.when(f.length("date") == 10, f.to_date("date")))
    for name in LISTS:
        reviews = reviews.withColumn(name, f.array_join(name, "; "))
    for name, fold, printed in (("critic", "critic_fold", "byline"), ("publication", "publication_fold", "publication")):
        spelling = first_spelling(records, fold, printed)
        reviews = reviews.join(spelling, fold, "left").withColumn(name, f.col("spelling")).drop("spelling", fold)
    reviews.write.mode("overwrite").parquet(f"{args.output}/reviews")
    print(f"{spark.read.parquet(f'{args.output}/reviews').count()} reviews in {Path(args.output) / 'reviews'}")


LISTS = ("tags", "authors", "contributors", "directors", "brands", "genres")
SCHEMA = f"""id BIGINT, work STRING, kind STRING, year BIGINT, audience STRING, critic STRING, byline STRING,
publication STRING, date STRING, score DOUBLE, score_text STRING, quote STRING, url STRING, verdict STRING,
work_ext_id STRING, {", ".join(f"{name} ARRAY<STRING>" for name in LISTS)},
work_id BIGINT, critic_id BIGINT, publication_id BIGINT, truncated INT, language STRING,
critic_fold STRING, publication_fold STRING"""

if __name__ == "__main__":
    main()
