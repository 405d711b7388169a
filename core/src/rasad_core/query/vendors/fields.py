"""Fields that several systems write alike, and what is said of those that have no counterpart."""

from collections.abc import Mapping

from rasad_core.query.vendors.dialect import Field

LINKED = Field(note="Addresses that an article links to are not kept; `url:` is its own address.")
PLACE_OF_POST = Field(note="Where a post was sent from is not known; `country:` is the outlet's.")
_PLACE = Field(
    note="Of an outlet only its country is known; `entity:` finds places that are named."
)
_POST = Field(note="This is about posts and their authors; articles have nothing of the kind.")
_TONE = Field(note="The tone of an article is not measured here.")
_KIND = Field(note="Kinds of source are not told apart here; `tags:` may hold them.")
_REACH = Field(note="How many people an article reached is not known here.")

PLAIN: Mapping[str, Field] = {
    **dict.fromkeys(("sourcetype", "source_type", "mediatype", "pagetype", "contentsource"), _KIND),
    "title": Field(to="title"),
    "headline": Field(to="title"),
    "author": Field(to="author"),
    "source": Field(to="source"),
    "site": Field(to="domain", values="site"),
    "domain": Field(to="domain", values="site"),
    "url": Field(to="url", values="address"),
    "country": Field(to="country", values="country"),
    "language": Field(to="lang", values="language"),
    "lang": Field(to="lang", values="language"),
}
SMALLER_PLACES: Mapping[str, Field] = dict.fromkeys(
    ("region", "city", "continent", "location", "latitude", "longitude", "postalcode"), _PLACE
)
TONE: Mapping[str, Field] = {
    **dict.fromkeys(("sentiment", "tone", "emotion"), _TONE),
    **dict.fromkeys(("reach", "engagement", "impact", "uniquevisitors", "impressions"), _REACH),
}
POSTS: Mapping[str, Field] = dict.fromkeys(
    (
        "has", "is", "bio", "bio_name", "bio_location", "followers_count", "following_count",
        "followers", "tweets_count", "listed_count", "conversation_id", "retweets_of", "sample",
        "in_reply_to_tweet_id", "in_reply_to_status_id", "retweets_of_tweet_id", "quotes_of",
        "list", "engagementtype", "authorgender", "authorverified", "authorverifiedtype", "guid",
        "channelid", "subreddit", "rating", "gender", "interest", "replies", "retweets", "shares",
        "hashtag_count", "posttype", "minuteofday", "min_faves", "min_retweets", "min_replies",
        "filter",
    ),
    _POST,
)  # fmt: skip
