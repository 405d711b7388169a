"""Countries as other systems write them, to the two letters of ISO 3166 that we have."""

# ISO 3166 in two and three letters, FIPS 10-4 (GDELT's, where one is known), names in English
# without spaces.
_ROWS = """
    AD AND AN andorra / AE ARE AE uae unitedarabemirates / AF AFG AF afghanistan /
    AG ATG AC antiguaandbarbuda / AI AIA AV anguilla / AL ALB AL albania / AM ARM AM armenia /
    AO AGO AO angola / AQ ATA AY antarctica / AR ARG AR argentina / AS ASM AQ americansamoa /
    AT AUT AU austria / AU AUS AS australia / AW ABW AA aruba / AX ALA - alandislands /
    AZ AZE AJ azerbaijan / BA BIH BK bosniaandherzegovina / BB BRB BB barbados /
    BD BGD BG bangladesh / BE BEL BE belgium / BF BFA UV burkinafaso / BG BGR BU bulgaria /
    BH BHR BA bahrain / BI BDI BY burundi / BJ BEN BN benin / BL BLM - stbarthelemy /
    BM BMU BD bermuda / BN BRN BX brunei / BO BOL BL bolivia / BQ BES - caribbeannetherlands /
    BR BRA BR brazil / BS BHS BF bahamas / BT BTN BT bhutan / BV BVT - bouvetisland /
    BW BWA BC botswana / BY BLR BO belarus / BZ BLZ BH belize / CA CAN CA canada /
    CC CCK CK cocosislands / CD COD CG democraticrepublicofthecongo congokinshasa /
    CF CAF CT centralafricanrepublic / CG COG CF republicofthecongo congobrazzaville /
    CH CHE SZ switzerland / CI CIV IV ivorycoast cotedivoire / CK COK CW cookislands /
    CL CHL CI chile / CM CMR CM cameroon / CN CHN CH china / CO COL CO colombia /
    CR CRI CS costarica / CU CUB CU cuba / CV CPV CV capeverde / CW CUW - curacao /
    CX CXR KT christmasisland / CY CYP CY cyprus / CZ CZE EZ czechrepublic czechia /
    DE DEU GM germany / DJ DJI DJ djibouti / DK DNK DA denmark / DM DMA DO dominica /
    DO DOM DR dominicanrepublic / DZ DZA AG algeria / EC ECU EC ecuador / EE EST EN estonia /
    EG EGY EG egypt / EH ESH WI westernsahara / ER ERI ER eritrea / ES ESP SP spain /
    ET ETH ET ethiopia / FI FIN FI finland / FJ FJI FJ fiji / FK FLK FK falklandislands /
    FM FSM FM micronesia / FO FRO FO faroeislands / FR FRA FR france / GA GAB GB gabon /
    GB GBR UK uk greatbritain unitedkingdom / GD GRD GJ grenada / GE GEO GG georgia /
    GF GUF FG frenchguiana / GG GGY GK guernsey / GH GHA GH ghana / GI GIB GI gibraltar /
    GL GRL GL greenland / GM GMB GA gambia / GN GIN GV guinea / GP GLP GP guadeloupe /
    GQ GNQ EK equatorialguinea / GR GRC GR greece / GS SGS - southgeorgiaandsouthsandwichislands
    / GT GTM GT guatemala / GU GUM GQ guam / GW GNB PU guineabissau / GY GUY GY guyana /
    HK HKG HK hongkong / HM HMD - heardandmcdonaldislands / HN HND HO honduras /
    HR HRV HR croatia / HT HTI HA haiti / HU HUN HU hungary / ID IDN ID indonesia /
    IE IRL EI ireland / IL ISR IS israel / IM IMN IM isleofman / IN IND IN india /
    IO IOT - britishindianoceanterritory / IQ IRQ IZ iraq / IR IRN IR iran / IS ISL IC iceland /
    IT ITA IT italy / JE JEY JE jersey / JM JAM JM jamaica / JO JOR JO jordan / JP JPN JA japan
    / KE KEN KE kenya / KG KGZ KG kyrgyzstan / KH KHM CB cambodia / KI KIR KR kiribati /
    KM COM CN comoros / KN KNA SC stkittsandnevis / KP PRK KN northkorea / KR KOR KS southkorea
    / KW KWT KU kuwait / KY CYM CJ caymanislands / KZ KAZ KZ kazakhstan / LA LAO LA laos /
    LB LBN LE lebanon / LC LCA ST stlucia / LI LIE LS liechtenstein / LK LKA CE srilanka /
    LR LBR LI liberia / LS LSO LT lesotho / LT LTU LH lithuania / LU LUX LU luxembourg /
    LV LVA LG latvia / LY LBY LY libya / MA MAR MO morocco / MC MCO MN monaco /
    MD MDA MD moldova / ME MNE MJ montenegro / MF MAF - stmartin / MG MDG MA madagascar /
    MH MHL RM marshallislands / MK MKD MK macedonia northmacedonia / ML MLI ML mali /
    MM MMR BM burma myanmar / MN MNG MG mongolia / MO MAC MC macao /
    MP MNP CQ northernmarianaislands / MQ MTQ MB martinique / MR MRT MR mauritania /
    MS MSR MH montserrat / MT MLT MT malta / MU MUS MP mauritius / MV MDV MV maldives /
    MW MWI MI malawi / MX MEX MX mexico / MY MYS MY malaysia / MZ MOZ MZ mozambique /
    NA NAM WA namibia / NC NCL NC newcaledonia / NE NER NG niger / NF NFK NF norfolkisland /
    NG NGA NI nigeria / NI NIC NU nicaragua / NL NLD NL netherlands / NO NOR NO norway /
    NP NPL NP nepal / NR NRU NR nauru / NU NIU NE niue / NZ NZL NZ newzealand / OM OMN MU oman /
    PA PAN PM panama / PE PER PE peru / PF PYF FP frenchpolynesia / PG PNG PP papuanewguinea /
    PH PHL RP philippines / PK PAK PK pakistan / PL POL PL poland /
    PM SPM SB stpierreandmiquelon / PN PCN - pitcairnislands / PR PRI RQ puertorico /
    PS PSE WE palestine palestinianterritories / PT PRT PO portugal / PW PLW PS palau /
    PY PRY PA paraguay / QA QAT QA qatar / RE REU RE reunion / RO ROU RO romania /
    RS SRB RI serbia / RU RUS RS russia / RW RWA RW rwanda / SA SAU SA saudiarabia /
    SB SLB BP solomonislands / SC SYC SE seychelles / SD SDN SU sudan / SE SWE SW sweden /
    SG SGP SN singapore / SH SHN SH sthelena / SI SVN SI slovenia / SJ SJM - svalbardandjanmayen
    / SK SVK LO slovakia / SL SLE SL sierraleone / SM SMR SM sanmarino / SN SEN SG senegal /
    SO SOM SO somalia / SR SUR NS suriname / SS SSD OD southsudan / ST STP TP saotomeandprincipe
    / SV SLV ES elsalvador / SX SXM - sintmaarten / SY SYR SY syria /
    SZ SWZ WZ swaziland eswatini / TC TCA TK turksandcaicosislands / TD TCD CD chad /
    TF ATF - frenchsouthernterritories / TG TGO TO togo / TH THA TH thailand /
    TJ TJK TI tajikistan / TK TKL - tokelau / TL TLS TT timorleste / TM TKM TX turkmenistan /
    TN TUN TS tunisia / TO TON TN tonga / TR TUR TU turkey turkiye / TT TTO TD trinidadandtobago
    / TV TUV TV tuvalu / TW TWN TW taiwan / TZ TZA TZ tanzania / UA UKR UP ukraine /
    UG UGA UG uganda / UM UMI - usoutlyingislands /
    US USA US usa unitedstatesofamerica unitedstates / UY URY UY uruguay / UZ UZB UZ uzbekistan
    / VA VAT VT vaticancity / VC VCT VC stvincentandgrenadines / VE VEN VE venezuela /
    VG VGB VI britishvirginislands / VI VIR VQ usvirginislands / VN VNM VM vietnam /
    VU VUT NH vanuatu / WF WLF - wallisandfutuna / WS WSM WS samoa / YE YEM YM yemen /
    YT MYT MF mayotte / ZA ZAF SF southafrica / ZM ZMB ZA zambia / ZW ZWE ZI zimbabwe
"""


def _tables() -> tuple[dict[str, str], dict[str, str]]:
    by_name: dict[str, str] = {}
    by_fips: dict[str, str] = {}
    for row in _ROWS.split("/"):
        two, three, fips, *names = row.split()
        by_name.update(dict.fromkeys((two.lower(), three.lower(), *names), two))
        by_fips.update(dict.fromkeys((fips.lower(), *names), two))
    return by_name, by_fips


_BY_NAME, _BY_FIPS = _tables()


def country_code(written: str) -> str | None:
    """Give the code of a country written in two letters, three letters, or its English name."""
    return _BY_NAME.get(_bare(written))


def fips_country_code(written: str) -> str | None:
    """Give the code of a country written in FIPS 10-4 (GM is Germany), or its English name."""
    return _BY_FIPS.get(_bare(written))


def _bare(written: str) -> str:
    return "".join(letter for letter in written.lower() if letter.isalpha())
