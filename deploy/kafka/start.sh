#!/bin/sh
# Starts the one node: in place of the image's own start, so that server.properties says everything.
set -eu
config=/etc/rasad/kafka/server.properties
export KAFKA_LOG4J_OPTS="-Dlog4j2.configurationFile=file:/etc/rasad/kafka/log4j2.properties"
# The id only has to be the same at every start: it tells one cluster from another.
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted --standalone \
  --cluster-id UmFzYWRDb21wb3NlMDAwMQ --config "$config"
exec /opt/kafka/bin/kafka-server-start.sh "$config"
