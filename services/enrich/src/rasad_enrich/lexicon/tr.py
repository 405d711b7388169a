"""Turkish; almost every word is a beginning, since suffixes follow."""

WORDS = {
    "01000000": """
        +film* +sinema* +tiyatro* +muzik* sarkici* sarki* album* +konser* +oyuncu* yonetmen*
        +sanat* ressam* resim +muze* +sergi* +roman* yazar* sair* siir* +edebiyat* kitap* kitab*
        +festival* +kultur* arkeolo* opera* bale dans dizi dizisi televizyon* +gazeteci* gazete*
        medya* heykel* sahne orkestra* unlu
    """,
    "02000000": """
        +mahkeme* +hakim* +savci* +dava* +avukat* sanik* +polis* jandarma* gozalti* +tutukla*
        supheli* zanli* +cinayet* oldur* +hirsiz* gasp* soygun* +dolandiric* rusvet* yolsuzluk*
        uyusturucu* kacakci* +cezaevi* hapis* ceza mahkum* beraat* sorusturma* iddianame* +suc
        suclu* sucla* yargi* yargitay* adliye* adalet* tecavuz taciz kara_para* cete*
    """,
    "03000000": """
        +deprem* +sel +seller* +yangin* itfaiye* +kaza* carpis* devril* +patlama* cok* enkaz*
        +afet* afad* acil_durum* kurtarma* +yarali* olu +hayatini_kaybet* firtina* kasirga* hortum
        tsunami heyelan* cig yanardag* tahliye* batan battı bogul* kayip ambulans*
    """,
    "04000000": """
        +ekonomi* +enflasyon* +buyume resesyon* +piyasa* +borsa* +hisse* yatirim* +banka*
        merkez_bankasi* +faiz* tahvil* +doviz* +dolar* euro* lira* +ticaret* ihracat* ithalat*
        gumruk* butce* acigi borc* kredi* vergi* ciro +kar +sirket* holding* ceo birlesme* fiyat*
        zam petrol* varil* enerji* sanayi* fabrika* uretim* konut* emlak* turizm* tarim* ciftci*
        milyar* milyon_dolar* imf finans* altin
    """,
    "05000000": """
        +okul* +ogrenci* +ogretmen* +universite* +egitim* +lise* ilkokul* ortaokul* ders dersler
        sinav* lgs yks mezun* diploma* burs* rektor* fakulte* akademi* meb milli_egitim* mufredat*
        profesor* anaokul*
    """,
    "06000000": """
        +iklim* +kuresel_isinma* +cevre* +kirlilik* emisyon* karbon* sera_gazi* +biyocesitlilik*
        yaban_hayati* orman* atik* geri_donusum* plastik* okyanus* ekosistem* yenilenebilir*
        gunes_enerji* ruzgar_enerji* kuraklik* baraj* su_kaynak* nesli musilaj* buzul*
    """,
    "07000000": """
        +saglik* +hastane* +doktor* +hekim* +hasta* hastalik* +virus* koronavirus* kovid* covid*
        pandemi* salgin* +asi* +kanser* diyabet* obezite* tip tibbi* ilac* ameliyat* cerrah*
        hemsire* belirti* enfeksiyon* tedavi* klinik* teshis* depresyon* kalp_krizi* grip* kizamik*
        sitma kolera dso gebelik* eczane* doz
    """,
    "08000000": """
        +piyango* buyuk_ikramiye* guinness* rekorlar_kitabi* ilginc* sasirt* viral* ikiz* kedi*
        kopek* evcil* unluler* kraliyet* prens* prenses* magazin* asirlik*
    """,
    "09000000": """
        +grev* +sendika* +isci* +ucret* asgari_ucret* maas* +issiz* istihdam* +emekli* calisan*
        isveren* isten_cikar* toplu_sozlesme* disk hak_is mesai* emek* kidem*
    """,
    "10000000": """
        +moda* defile* +tarif* yemek* mutfak* asci* sef restoran* sarap* +seyahat* gezi* +tatil*
        turist* plaj* otel* dekorasyon* bahce* guzellik* makyaj* fitness yoga diyet* hobi* burc*
        astroloji* alisveris* parfum* otomobil* oyun oyunlar*
    """,
    "11000000": """
        +secim* +cumhurbaskan* +meclis* +tbmm* +bakan +bakani* +bakanlik* bakanlig* +basbakan*
        +hukumet* +parti* milletvekil* vekil* oy oylar* sandik* secmen* aday* kampanya* siyaset*
        siyasi* politika* muhalefet* ittifak* koalisyon* kabine* +diplomat* disisleri* buyukelci*
        zirve* ikili_iliski* anlasma* yaptirim* beyaz_saray* kremlin* avrupa_birlig*
        birlesmis_millet* referandum* anayasa* belediye_baskan* istifa* yasa kanun_teklif* chp akp
        mhp ak_parti erdogan*
    """,
    "12000000": """
        +cami* +kilise* +papa +vatikan* piskopos* rahip* imam* +islam* +musluman* +hristiyan*
        katolik* ortodoks* yahudi* haham* sinagog* tapinak* +ramazan* +bayram* kurban* hac hacilar*
        umre* +din +dini* inanc* ibadet* namaz* oruc* kuran* incil* diyanet* muftu* fetva* hutbe*
    """,
    "13000000": """
        +bilim* +arastirmaci* +teknoloji* yazilim* +yapay_zeka* nasa +uzay* uydu* roket* astronot*
        gokbilim* teleskop* gezegen* mars kuantum* fizik* kimya* biyoloji* genetik* dna robot*
        +akilli_telefon* iphone* android* uygulama* google* apple* microsoft* facebook* internet*
        dijital* siber* hacker* bilgisayar* algoritma* laboratuvar* kesif* kesfet* cip yerli_ucak*
    """,
    "14000000": """
        +toplum* +sosyal* aile* cocuk* +kadin* genclik* +goc* +gocmen* +multeci* siginma* +yoksul*
        evsiz* dernek* vakif* hayir yardim* esitsizlik* ayrimcilik* irkcilik* insan_haklari*
        evlilik* bosanma* yasli* engelli* nufus* gonullu* protesto* kadina_yonelik* dayanisma*
    """,
    "15000000": """
        +futbol* +mac +maci* +maclar* oyuncusu* +teknik_direktor* +gol* +lig* +sampiyon* turnuva*
        +kupa* +dunya_kupasi* +takim* forvet* kaleci* defans* +olimpiyat* madalya* tenis*
        basketbol* voleybol* gures* boks* atletizm* maraton* sezon* final* yari_final* galibiyet*
        maglup* maglubiyet* beraber* stat* stadyum* fifa uefa galatasaray* fenerbahce* besiktas*
        trabzonspor* transfer* hakem* penalti* skor* yuzme* spor sporcu* formula_1 milli_takim*
    """,
    "16000000": """
        +savas* +asker* +ordu* +birlikler* +fuze* +hava_saldiri* +bomba* top_atis* iha siha drone*
        ateskes* +teror* militan* isyanci* isgal* cephe* muharebe* catisma* silah* muhimmat* tank*
        nato* savunma* baris* rehine* soykirim* nukleer* donanma* milis* hamas* hizbullah* pkk*
        isid* deas* intihar_saldiri* harekat* operasyon* sehit* darbe* genelkurmay* tatbikat*
    """,
    "17000000": """
        +hava_durumu* +yagmur* +yagis* +kar_yagis* +sicaklik* +meteoroloji* saganak* ruzgar* nem
        sis bulutlu* gunesli* derece* don buzlanma* sicak_hava* soguk_hava* lodos* dolu
    """,
}
