"""French."""

WORDS = {
    "01000000": """
        +film +films +cinema* +theatre* +musique music* chanteur* chanteuse* chanson* album*
        +concert* +acteur* actrice* comedien* realisat* artiste* +peintre* peinture +musee*
        +exposition* +roman romans romancier* ecrivain* poete* poesie +litterature livre livres
        +festival* +culture culturel* patrimoine archeolog* opera ballet danse* spectacle*
        serie_televisee television audiovisuel journal journaliste* presse medias oscar* cesar
        sculpture scene orchestre
    """,
    "02000000": """
        +tribunal* +cour_d_assises +juge* +proces +avocat* +procureur* parquet +police policier*
        gendarm* arrete interpell* suspect* +meurtre* assassinat* homicide +vol vols braquage*
        cambriol* +fraude* escroquerie corruption blanchiment +trafic trafiquant* stupefiants
        drogue +prison* detenu* condamn* coupable peine mis_en_examen garde_a_vue enquete
        enqueteur* crime* criminel* criminalite viol agression* plainte justice judiciaire
        cour_de_cassation victime*
    """,
    "03000000": """
        +seisme* +tremblement_de_terre +inondation* +incendie* +pompier* accident* collision*
        deraillement crash +explosion* effondrement* +catastrophe* urgence secours sauvet*
        sauveteur* rescape* +blesses morts bilan ouragan* cyclone* typhon* tornade* tsunami
        glissement_de_terrain avalanche* volcan* eruption evacu* naufrage* noyade* sinistr*
        disparus
    """,
    "04000000": """
        +economie* +economique* +inflation croissance pib recession +marche +marches +bourse*
        actions actionnaire* investiss* +banque* banque_centrale taux_d_interet obligation* monnaie
        devise* dollar euro euros +commerce commercial* douane* export* import* budget* deficit
        dette* pret credit impot* fiscal* fiscalite chiffre_d_affaires +benefice* +entreprise*
        societe_cotee patron* pdg fusion acquisition start_up consommat* prix petrole baril energie
        industrie* industriel* usine* immobilier tourisme agricole agriculture milliard* fmi
        finance* financier*
    """,
    "05000000": """
        +ecole* +eleve* +etudiant* +enseignant* +enseignement professeur* +universit* +lycee*
        lyceen* college* +education scolaire* rentree_scolaire +baccalaureat bac examen* diplome*
        formation campus faculte* cours parcoursup instituteur* pedagog* illettrisme maternelle
    """,
    "06000000": """
        +climat* +rechauffement +environnement* +pollution* emissions carbone gaz_a_effet_de_serre
        +biodiversite especes faune flore foret* deforestation dechets recyclage plastique ocean*
        ecolog* ecosysteme* energies_renouvelables eolien* solaire secheresse* nappe* glacier*
        transition_ecologique durable
    """,
    "07000000": """
        +sante +hopital* +hopitaux +medecin* +patient* +malade* maladie* +virus coronavirus covid*
        pandemie* epidemie* +vaccin* +cancer* diabete obesite medical* medicament* chirurg* infirm*
        symptome* infection* traitement* soins clinique* diagnosti* depression infarctus grippe
        rougeole paludisme cholera ebola oms grossesse ivg pharmac* dose*
    """,
    "08000000": """
        +insolite* loterie +euromillions jackpot record_du_monde guinness centenaire* doyenne doyen
        jumeaux chien* chat chats animal_de_compagnie anecdote* prince princesse famille_royale
        meghan buzz viral* incroyable
    """,
    "09000000": """
        +greve* greviste* +syndicat* syndical* cgt ugtt +salarie* +travail* travailleur* +salaire*
        smic +emploi* +chomage chomeur* licenciement* employeur* retraite* retraites pension*
        embauche* recrutement conventions_collectives prud_hom* temps_de_travail ouvrier*
    """,
    "10000000": """
        +mode defile couture +recette* cuisine* chef_etoile gastronom* restaurant* vin vins voyage*
        +vacances tourist* plage hotel* decoration jardin* beaute maquillage fitness yoga regime
        loisir* jeux_video horoscope* shopping parfum* bijou* voiture* week_end
    """,
    "11000000": """
        +election* electoral* +president* +presidentielle +parlement* +assemblee_nationale +senat
        senateur* +depute* +ministre* +premier_ministre +gouvernement* +parti partis vote* voter
        electeur* scrutin candidat* campagne politique* opposition coalition remaniement +diplomat*
        affaires_etrangeres ambassad* sommet bilateral* traite sanctions elysee matignon
        union_europeenne nations_unies referendum constitution* maire* demission motion_de_censure
        projet_de_loi loi roi gauche droite
    """,
    "12000000": """
        +eglise* +mosquee* +pape +vatican eveque* archeveque* pretre* cardinal imam* +islam*
        +musulman* +chretien* catholique* protestant* orthodoxe* +juif* juive rabbin* synagogue*
        temple bouddhis* +ramadan aid_el hadj pelerin* +religi* foi priere* messe coran bible
        paques clerge laicite culte
    """,
    "13000000": """
        +science* +scientifique* +chercheur* +recherche +technolog* logiciel*
        +intelligence_artificielle ia nasa +espace spatial* satellite* fusee* astronaut* astronom*
        telescope planete* mars lune quantique physi* chimi* biolog* genetique adn robot*
        +smartphone* iphone* android application* google apple microsoft facebook internet
        numerique* cyber* pirat* informatique ordinateur* algorithme* laboratoire* decouverte*
        puce*
    """,
    "14000000": """
        +social* +societe famille* enfant* femme* feminis* +migrant* migratoire* +immigration
        +refugie* asile +pauvrete precarite sans_abri association* caritati* inegalite*
        discriminat* racis* droits_de_l_homme lgbt mariage divorce personnes_agees handicap* jeunes
        jeunesse population recensement benevol* solidarite manifestation* manifestant*
        violences_conjugales logement
    """,
    "15000000": """
        +football* +match +matchs +joueur* +entraineur* +but +buts +ligue +champion* +championnat*
        tournoi* +coupe +coupe_du_monde +equipe* attaquant* milieu defenseur* gardien* +olympique*
        jo medaille* tennis roland_garros basket* rugby xv cyclisme tour_de_france formule_1
        grand_prix boxe athlet* marathon saison finale demi_finale victoire* defaite* match_nul
        stade* fifa uefa psg transfert* arbitre penalty score natation handball sport*
    """,
    "16000000": """
        +guerre* +militaire* +armee* +soldat* +troupes +missile* +frappe* bombard* obus artillerie
        drone* cessez_le_feu +treve +terroris* +jihadist* djihadist* +rebelle* invasion occupation
        front bataille* combat* arme armes munition* char chars otan defense paix casques_bleus
        otage* genocide nucleaire marine milice* hamas hezbollah etat_islamique attentat* kamikaze
        offensive deplaces coup_d_etat conflit*
    """,
    "17000000": """
        +meteo* +pluie* +neige* +temperature* +orage* tempete* canicule vague_de_froid vent vents
        rafale* humidite nuage* ensoleill* degres vigilance_orange vigilance_rouge verglas
        brouillard averse* precipitations
    """,
}
