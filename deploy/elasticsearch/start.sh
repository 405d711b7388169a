#!/bin/sh
# Starts the one node with a configuration folder it may write in: at its first start it makes a
# keystore there, and the file system of the container is read-only.
set -eu
home=/usr/share/elasticsearch
mkdir -p /tmp/elasticsearch/config /tmp/elasticsearch/logs /tmp/elasticsearch/temporary \
  "$home/data/node" "$home/data/snapshots"
cp -R "$home/config/." /tmp/elasticsearch/config/
chmod -R u+w /tmp/elasticsearch/config
cp /etc/rasad/elasticsearch/elasticsearch.yml /tmp/elasticsearch/config/elasticsearch.yml
# The collector's log would go to a folder beside the program.
sed -i 's|=logs/|=/tmp/elasticsearch/logs/|' /tmp/elasticsearch/config/jvm.options
export ES_PATH_CONF=/tmp/elasticsearch/config ES_TMPDIR=/tmp/elasticsearch/temporary
exec "$home/bin/elasticsearch"
