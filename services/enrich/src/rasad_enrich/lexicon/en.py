"""English."""

WORDS = {
    "01000000": """
        +film +films +movie* +cinema* +theatre +theater +music* singer* song* album* +concert*
        +actor* +actress* director artist* painting* +museum* gallery exhibition* +novel* novelist
        author poet* poem* +literature book books +festival* celebrity entertainment hollywood
        oscar* grammy* netflix streaming television tv_series sitcom drama comedy comedian opera
        ballet dance* +journalist* +newspaper* broadcaster* media culture cultural heritage
        archaeolog* sculpture band rapper soundtrack premiere box_office
    """,
    "02000000": """
        +court +courts +judge* +trial* +jury verdict* +lawsuit* lawyer* attorney* prosecut* +police
        arrest* suspect* +murder* homicide manslaughter +killing stabb* shooting robber* burglar*
        theft stole stolen +fraud* brib* corruption money_laundering drug_traffick* traffick*
        smuggl* +prison* jail* sentenced sentencing convict* guilty plead* pleaded charged indict*
        felony crime* criminal* detective* rape sexual_assault abuse legal ruling appeal
        supreme_court justice bail custody investigator* gang*
    """,
    "03000000": """
        +earthquake* +quake* +flood* +wildfire* blaze +firefighter* +crash* collision* derail*
        +explosion* collapse* +disaster* emergency rescue* rescuer* survivor* victims +casualties
        injured death_toll +hurricane* typhoon* cyclone* tornado* tsunami* landslide* mudslide*
        avalanche* volcan* eruption evacuat* capsized drown* sank shipwreck plane_crash accident*
        ambulance* missing paramedic* fire
    """,
    "04000000": """
        +economy +economic* econom* +inflation +gdp recession +market* +stock* share* shares
        investor* +investment* +bank* +central_bank +interest_rate* bond* currency dollar euro
        +trade tariff* export* import* budget deficit debt loan* mortgage* tax taxes revenue*
        +profit* earnings quarterly sales +company companies business* corporate ceo merger*
        acquisition* startup* retail* consumer* price* oil crude opec barrel energy manufactur*
        industry industrial factory supply_chain layoffs bankrupt* real_estate housing_market
        airline* automaker* imf world_bank finance financ* billion fiscal
    """,
    "05000000": """
        +school* +student* +pupil* +teacher* +university universities +college* campus +education*
        classroom* curriculum exam* graduat* degree* tuition scholarship* kindergarten headteacher*
        professor* academic* literacy enrolment enrollment homework lecture* undergraduate* phd
        vocational principal
    """,
    "06000000": """
        +climate +climate_change +global_warming +emission* carbon greenhouse +pollution pollut*
        +environment* +biodiversity wildlife +endangered species deforest* forest* rainforest*
        ocean* plastic* recycl* waste conservation* ecosystem* habitat* renewable* solar wind_power
        fossil_fuel* glacier* drought* coral sea_level* sustainab* net_zero
    """,
    "07000000": """
        +health* +hospital* +doctor* +patient* +disease* +virus* coronavirus covid* pandemic*
        epidemic* outbreak* +vaccin* +cancer* diabetes obesity +medical medicine* drug drugs
        surgery surgeon* nurse* symptom* infect* treatment* therap* clinic* clinical diagnos*
        mental_health depression heart_attack stroke flu measles malaria cholera ebola +who
        pregnan* abortion dementia alzheimer* pharma* dose* nhs
    """,
    "08000000": """
        +lottery jackpot +guinness_world_record* world_record oldest_person bizarre quirky viral
        hoax +royal_wedding prince_harry meghan heartwarming centenarian* twins stray_dog pet pets
        cat cats dog dogs anniversary lookalike unusual superstition ufo
    """,
    "09000000": """
        +strike +strikes striking +union +unions trade_union* labour labor +worker* +workers +wage*
        +wages pay_rise minimum_wage +unemploy* jobless* job jobs employ* employer* employee*
        layoff* redundanc* pension* retirement workplace working_hours collective_bargaining
        picket* walkout* overtime hiring
    """,
    "10000000": """
        +fashion +recipe* cook* cuisine chef* restaurant* food wine beer cocktail* +travel tourist*
        +holiday* vacation* beach resort hotel* +lifestyle garden* decor interior_design beauty
        skincare makeup hairstyle fitness yoga diet gaming video_game* hobby horoscope* weekend
        shopping gift* perfume jewelry suv
    """,
    "11000000": """
        +election* +elections +president* +presidential +parliament* +minister* +prime_minister
        +government* +senate +senator* +congress* lawmaker* legislat* +party +vote* voter* voting
        ballot* candidate* campaign* +policy politic* +politics democrat* republican* conservative*
        labour_party opposition coalition cabinet +diplomat* foreign_minister foreign_affairs
        ambassador* embassy summit bilateral treaty sanction* white_house kremlin downing_street
        european_union united_nations referendum constitution* governor mayor impeach* resign* bill
        king crown_prince
    """,
    "12000000": """
        +church* +mosque* +pope +vatican bishop* archbishop* priest* cardinal* imam* +islam*
        +muslim* +christian* catholic* protestant* orthodox jewish rabbi* synagogue* +hindu*
        temple* buddhis* +ramadan eid hajj pilgrim* +religio* faith prayer* pray worship* quran
        bible gospel easter clergy cleric* fatwa sermon
    """,
    "13000000": """
        +science +scientist* scientific +researcher* +technolog* +software +artificial_intelligence
        ai +nasa +space spacecraft satellite* rocket* astronaut* astronom* telescope* planet* mars
        moon quantum physic* chemist* biolog* genom* gene genetic* dna robot* +smartphone* iphone*
        android app apps google apple microsoft facebook meta openai chatgpt chip chips
        semiconductor* internet online cyber* hack* hacker* data_breach computer* algorithm*
        digital laborator* discover* experiment* fossil* dinosaur*
    """,
    "14000000": """
        +social +society communit* famil* +children child women gender +migrant* +migration
        +immigra* +refugee* asylum +poverty homeless* charit* welfare inequality discriminat*
        racis* racial human_rights civil_rights lgbt* transgender same_sex marriage divorce elderly
        disab* youth teenager* population census volunteer* demographic* protest* protester*
        domestic_violence
    """,
    "15000000": """
        +football* +soccer +match +matches +player* +coach* +goal +goals scored +league +champion*
        +championship* +tournament* +cup +world_cup +team +teams striker midfielder* defender*
        goalkeeper* +olympic* medal* gold_medal tennis basketball nba nfl quarterback touchdown*
        cricket wicket* rugby golf formula_1 grand_prix boxing boxer athlete* athletics marathon
        sprint* season playoff* semifinal* semi_final final win wins won defeat* draw stadium fifa
        uefa premier_league transfer referee penalty score innings swimming cycling
    """,
    "16000000": """
        +war +wars +military +army +troops +soldier* +missile* +airstrike* +air_strike* bomb*
        +shelling artillery drone* ceasefire +truce +militant* +insurgen* +terror* +rebel*
        +invasion invaded occupation occupied frontline battle* combat weapon* ammunition tank
        tanks nato defence defense peace_talks peace peacekeep* hostage* genocide nuclear_weapon*
        warship* navy air_force gunmen militia* hamas hezbollah taliban islamic_state suicide_bomb*
        offensive killed_in displaced coup conflict*
    """,
    "17000000": """
        +weather +forecast* +rain +rainfall +snow* +temperature* +storm* heatwave heat_wave
        cold_snap wind winds humidity thunder* lightning cloud* sunny celsius fahrenheit
        meteorolog* blizzard frost fog showers degrees
    """,
}
