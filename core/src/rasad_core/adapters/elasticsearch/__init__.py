"""The article index and the store on Elasticsearch 9."""
