"""Word lists behind the rules for names: what is a title, a first name, a surname, and what is never a name.
Fed by hand: frequent first names and surnames of France, frequent words of answers about health.
Feeds ``names`` and ``addresses``.

All words are folded (lower case, no accents). The lists are small on purpose: they settle doubtful cases
(lower case, capitals everywhere); a capitalised word after a title is taken as a name without them.
Sources: INSEE, fichier des prénoms and fichier des noms de famille (most frequent entries).
"""

from __future__ import annotations

import re


def word_set(words: str) -> frozenset[str]:
    """The folded words of a list written as one string."""
    return frozenset(words.split())


TITLES = word_set(
    """docteur docteure docteurs docteures professeur professeure professeurs madame monsieur
    mademoiselle mesdames messieurs mme mmes mlle mlles mr mrs drs dr dre pr prof m mm me maitre"""
)
PLURAL_TITLES = word_set("""docteurs docteures professeurs mesdames messieurs mmes mlles mrs drs mm""")
# After these abbreviations a word in lower case is nearly always a name; « pr » is also « pour ».
ABBREVIATED_TITLES = word_set("dr dre mme mlle mr")
# Too short to be trusted in any other case than the usual one.
CASED_TITLES = {"m": ("M",), "mm": ("MM",), "me": ("Me",), "pr": ("Pr", "PR", "pr")}

ROLES = word_set(
    """infirmier infirmiere medecin generaliste psychiatre psychologue psy kine kinesitherapeute
    dentiste pharmacien pharmacienne orthophoniste orthoptiste osteopathe pediatre gynecologue
    cardiologue dermatologue dermato ophtalmologue ophtalmologiste ophtalmo rhumatologue neurologue
    oncologue chirurgien chirurgienne radiologue podologue dieteticienne dieteticien nutritionniste
    sage-femme aide-soignante aide-soignant ergotherapeute assistante assistant educateur educatrice
    ambulancier secretaire gastrologue urologue pneumologue endocrinologue anesthesiste ostheopathe
    geriatre maire depute deputee traitant traitante directeur directrice"""
)
KIN = word_set(
    """fils fille mari femme epouse epoux conjoint conjointe compagnon compagne frere soeur mere
    pere maman papa tante oncle neveu niece cousin cousine voisin voisine ami amie copain copine
    enfant bebe belle-mere beau-pere grand-mere grand-pere mamie papi petit-fils petite-fille
    collegue"""
)
# What follows these words is the name of a place or an institution, not of the person it honours.
INSTITUTIONS = word_set(
    """chateau hopital hopitaux clinique polyclinique chu chr ch centre lycee college ecole maternelle rue
    place avenue boulevard bd allee allees cours quai pont impasse chemin ehpad residence maison
    fondation institut universite faculte fac stade salle espace site square parc campus gymnase
    theatre cinema mediatheque bibliotheque creche foyer ime esat mas fam ssr had cmp cmpp csapa
    rond-point prix plan loi metro station gare aeroport quartier cite hlm groupe laboratoire labo
    pharmacie syndrome maladie association saint st ste sainte"""
)
PARTICLES = word_set(
    """de du des d la le les l el al ben bel ait abd van von der den da dos di st saint sainte"""
)

GIVEN_NAMES = word_set(
    """adam adele adeline adrien agathe agnes ahmed aicha alain albert alexandra alexandre alexia
    alexis ali alice alicia aline amandine amelie amina amine anais andre andree angelique anissa
    anita anna anne annette annick annie anthony antoine antoinette antonio antony ariane armand
    arnaud arthur astrid audrey augustin aurelie aurelien axel aymeric baptiste bastien beatrice
    benedicte benjamin benoit bernadette bernard bertrand blandine boris brice brigitte bruno
    camille carine carla carmen carole caroline catherine cecile cedric celia celine chantal
    charlene charles charlotte chloe christel christele christelle christian christiane christine
    christophe claire clara claude claudette claudine clemence clement clementine colette corentin
    corinne coralie cyril cyrille damien daniel daniele danielle david deborah delphine denis denise
    diane didier dimitri dominique dorian dorothee dylan edith edouard eleonore eliane elisa
    elisabeth elise elodie eloise elsa emile emilie emma emmanuel emmanuelle enzo eric erwan estelle
    ethan etienne eugene eva evelyne fabien fabienne fabrice fanny farid fatiha fatima fatou felix
    fernand fernande florence florent florian floriane franck francis francois francoise frederic
    frederique gabriel gabrielle gael gaelle gaetan genevieve georges georgette gerald geraldine
    gerard germaine ghislaine gilbert gilberte gilles ginette gisele gregory guillaume gustave guy
    gwenaelle hakim hassan helene henri henriette herve hicham huguette hugo hugues ibrahim ines
    irene isabelle ismael jacky jacqueline jacques jade jamila jean jeanine jeanne jeannine jennifer
    jeremy jerome jessica joel joelle jonathan jordan jose joseph josette josiane josselin joyce
    julia julie julien juliette justine karim karine katia kevin khadija laetitia laila lara laura
    laure laurence laurent lea leila leo leon leonie lionel lisa loic lola lorenzo louis louise
    louna luc lucas lucette lucie lucien lucienne ludivine ludovic lydia lydie madeleine mael magali
    malika manon manuel marc marcel marcelle margaux margot marguerite maria marianne marie marilyne
    marina marine mario marion marjorie marlene martial martin martine maryse maryline mateo mathias
    mathieu mathilde matthieu maud maurice max maxence maxime mehdi melanie melissa michel michele
    micheline michelle miguel mickael mireille mohamed mohammed monique morgane mourad muriel myriam
    nabil nadege nadia nadine naima nassim nathalie nathan nicolas nicole noe noemie nolwenn norbert
    odette odile olivia olivier omar oceane pascal pascale patrice patricia patrick paul paule
    paulette pauline philippe pierre pierrette quentin rachel rachid raphael raymond raymonde regine
    regis remi remy renaud rene renee richard robert roberte robin roger roland rolande romain
    romane rosa rosalie rose roselyne sabine sabrina said salima samia samir samuel sandra sandrine
    sarah sebastien serge severine sofia solange solene sonia sophie stephane stephanie steven
    suzanne sylvain sylvette sylviane sylvie tanguy theo theodore therese thibault thibaut thierry
    thomas timothee tom tristan ugo ulysse valentin valentine valerie vanessa veronique victor
    victoire victoria vincent violette virginie viviane walid william xavier yann yannick yasmina
    yasmine yoann yohan yolande youssef yves yvette yvon yvonne zoe zohra anne-marie jean-pierre
    jean-claude jean-paul jean-luc jean-marc jean-michel jean-francois jean-jacques jean-louis
    marie-claude marie-christine marie-france marie-therese marie-pierre marie-helene anne-sophie
    pierre-yves"""
)
SURNAMES = word_set(
    """martin bernard thomas petit robert richard durand dubois moreau laurent simon michel lefebvre
    leroy roux david bertrand morel fournier girard bonnet dupont lambert fontaine rousseau vincent
    muller lefevre faure andre mercier blanc guerin boyer garnier chevalier francois legrand
    gauthier garcia perrin robin clement morin nicolas henry roussel mathieu gautier masson marchand
    duval denis dumont marie lemaire noel meyer dufour meunier brun blanchard giraud joly riviere
    lucas brunet gaillard barbier arnaud martinez gerard roche renard schmitt roy leroux colin vidal
    caron picard roger fabre aubert lemoine renaud dumas lacroix olivier philippe bourgeois pierre
    benoit rey leclerc payet rolland leclercq guillaume lecomte lopez jean dupuy guillot hubert
    berger carpentier sanchez dupuis moulin louis deschamps huet vasseur perez boucher fleury royer
    klein jacquet adam paris poirier marty aubry guyot carre charles renault charpentier menard
    maillard baron bertin bailly herve schneider fernandez collet leger bouvier julien prevost
    millet perrot daniel cousin germain breton besson langlois remy leguen pelletier leveque perrier
    leblanc barre lebrun marchal weber mallet hamon boulanger jacob monnier michaud rodriguez
    guichard gillet etienne grondin poulain tessier chevallier collin chauvin dacosta bouchet gay
    lemaitre benard marechal humbert reynaud antoine hoarau perret barthelemy cordier pichon lejeune
    gilbert lamy delaunay pasquier carlier laporte sabatier delmas cazal cazals cazes bousquet
    soulier pages puech pujol calvet cros vaissiere bonnafous alric galibert bouzigues dedieu lacaze
    barthe castan combes ferrand ferrer fabregue salvy segur teyssier benali benyoussef bouzid
    haddad hamidi diallo traore nguyen tran silva pereira ferreira gomes dossantos lopes alves
    macron hollande buzin lambertin duchamp berthier delcourt rigal rouquette roques vergnes viguier
    pons mas serres sicard tournier valette verdier vernet gomez ramirez ruiz torres navarro moreno
    jimenez gonzalez hernandez blanchet bonneau bonnard charrier coulon courtois delorme descamps
    didier dupond fischer gros guillemin hebert imbert jacques jourdan lacombe laroche launay lebon
    lecoq lefort leconte legros lelievre maillot marion maurin merle mercadier munoz navarre pascal
    pelissier pineau poulet prigent raynal raymond regnier renaux rossi sauvage seguin texier
    thibault toussaint valentin vallet voisin wagner"""
)

# Never the beginning of a name in lower case after a title, and cause to refuse a capital as well.
FUNCTION_WORDS = word_set(
    """a ai aie aient aies ait alors apres as au aucun aucune aujourd aura aurait auraient auras
    aussi autre autres aux avait avaient avant avec avez avoir avons ayant bien c car ce ceci cela
    celle celles celui ces cet cette ceux chaque chez ci comme comment contre d dans de dedans
    dehors deja depuis derriere des desormais dessous dessus devant deux disponible donc dont du
    durant elle elles en encore enfin ensuite entre envers es est et etaient etait etant ete etes
    etre eu eux eut fut font hors hui ici il ils j jamais je jusqu l la laquelle le lequel les
    lesquels leur leurs lors lorsque lui m ma mais malgre me meme memes merci mes mieux moi moins
    mon n ne ni non nos notre nous on ont or ou par parce parfois parmi partout pas pendant personne
    peu peut plus plusieurs plutot pour pourquoi pres presque puis puisque qu quand que quel quelle
    quelles quelqu quelque quelques quels qui quoi rien s sa sans sauf se selon sera serait seront
    ses seul seule si sinon soit son sont sous souvent sur surtout t ta tandis tant te tel telle
    tellement tels tes toi ton toujours tous tout toute toutes tres trop trois tu un une uniquement
    unique va vers via voici voila vont vos votre vous vu y ainsi afin tt ttes bcp svp stp etc ok
    oui x"""
)
ORDINARY_WORDS = word_set(
    """absent absente absents acceptent accepte adresse aide ailleurs aime ameliore annonce annule
    appelle appui appuie arrete arrive assure attend attitre bas bon bonne bons cabinet calme cesse
    change charge cherche chef cher chere choisi classe commence competent complet complete comprend
    comprenne concerne connait conseil conseille consulte consultant content coute croit deborde
    decide decision demande demenage depart departement depasse derniere devait devenir devenu
    devient devra devrait diagnostic difficile dispo dit dise disent diplome doit donne donnait dur
    ecoute ecoutent ecrit effectue emploi entend entre envoie envoi envoit equipe est-ce essaie
    etranger etrangers etude evite examine examen excellent exerce explique explique-t facile fait
    faisait faite faut femme ferme fera finit forme forment francais gentil gentille gere grand
    grande gratuit gros habite homme honnete hospitalier hospitaliere humain ignore impose
    impossible incompetent indisponible informe injoignable installe invite jeune jeunes joignable
    joint juge laisse lance lit local loin long lu maintient mal malade manque marche marque medecin
    medical medicale medicales medicaux met meilleur mort moyen mute nouveau nouvelle nouveaux nul
    nulle oblige obtient occupe orl ordonne oublie ouvre pareil parle parlent part parti partie
    partent passe patient paye pense perd permet peuvent place plein prend prends prenne prennent
    prendra prendre prescrit prescrive present principal prefere pris prive privee proche propose
    propre public publique puisse quitte raccroche rappelle recommande recoit recrute refuse
    refusent regarde rembourse remplace remplacant remplacante rencontre rend renouvelle rentre
    repond repondra repondre reponde repondent reprend repris respecte reste retraite retraites
    retraitee retraitees reviens revient roumain rural rurale ruraux sache sait sature satures
    saturee sauve secretaire seconde semble serieux sert signe simple social sociale soigne soignent
    soigneux soit sonne sort souhaite specialise specialiste specialistes specialisee suivi suit
    suffit super supplementaire surcharge sympa tarde telephone tient titulaire touche tourne
    traitant traitante traitants traite travaille trouve unique urgence urgences urgentiste utilise
    veuille veulent veut vient viennent ville virtuel visite vit voit voulait voulu vraiment vrai
    tombe travail voudrait dirige habituel habituelle proximite quartier village campagne commune
    canton region hopital clinique ministre ministres maire maires prefet prefete president
    presidente depute deputee senateur senatrice directeur directrice directeurs general generale
    procureur commissaire conseiller conseillere rapporteur adjoint adjointe delegue deleguee elu
    elue chancelier inspecteur recteur rectrice doyen monsieur madame mademoiselle docteur docteure
    docteurs professeur professeurs messieurs mesdames mme mr dr pr maitre citoyen citoyenne
    tout-le-monde untel unetelle machin bidule truc adultes enfants enfant adulte bebes seniors
    personnes patients ecoles lycee college francaise maths math anglais sport histoire musique eps
    svt universites organisation article note bonjour bonsoir rdv rendez rendez-vous doctolib
    internet google samu sos ars chu cpam caf mdph ehpad irm janvier fevrier mars avril mai juin
    juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi
    dimanche matin soir midi minuit nuit france europe occitanie etat republique securite sante
    mutuelle assurance carte vitale liberal liberale liberaux liberales conventionne conventionnes
    conventionnee salarie salaries salariee salariees scolaire scolaires coordinateur coordinatrice
    coordonnateur referent referente correspondant militaire diplomee diplomes ostheo veterinaire
    esthetique dentaire generaux geriatrique psychiatrique asalee azalee ipa pratique pratiquant
    avancee anesthesistes cliniques sapeur-pompier pompier volontaire interne internes externe
    externes stagiaire debutant debutante experimente puericultrice puericultrices bloc nombreux
    nombreuse nombreuses temps payant payante payants moderne motive motivee motives voisin voisine
    aimable accueillant desagreable rares rare mobile mobiles itinerant itinerante itinerants demain
    hier problemes probleme manquants manquant besoin besoins utile utiles mairie prefecture poste"""
)
PLACES = word_set(
    """toulouse montpellier nimes perpignan beziers montauban narbonne carcassonne albi castres
    tarbes sete ales rodez auch cahors millau foix mende pamiers lunel agde lourdes figeac muret
    colomiers tournefeuille blagnac cugnaux lavaur gaillac graulhet castelsarrasin moissac limoux
    lezignan castelnaudary ariege aude aveyron gard garonne haute-garonne gers herault lot lozere
    pyrenees hautes-pyrenees pyrenees-orientales tarn tarn-et-garonne paris lyon marseille bordeaux
    nantes lille strasbourg rennes cerdagne lauragais cevennes larzac couserans comminges bigorre
    quercy rouergue minervois corbieres vallespir conflent ganges vigan florac marvejols prades
    ceret espagne andorre catalogne"""
)

# Endings of verbs, adverbs and abstract nouns; listed names (« Laurent », « Clément ») are asked first.
_ORDINARY_ENDING = re.compile(
    r"(?:ement|emment|amment|tion|tions|ique|iques|iste|istes|logue|logues|iatre|iatres|aient|ait|era|erait|"
    r"eront|issent|isse|ent|able|ables|ible|ibles|teur|teurs|trice|trices|isme|ites|euse|euses|eaux)$"
)


def is_known_name(folded: str) -> bool:
    """Whether a folded word, or the first half of a compound, is a listed first name or surname."""
    if folded in GIVEN_NAMES or folded in SURNAMES:
        return True
    head = folded.split("-", 1)[0]
    return head != folded and (head in GIVEN_NAMES or head in SURNAMES)


def is_ordinary(word: str, folded: str, *, by_ending: bool = True) -> bool:
    """Whether a word is one of the language rather than a name, by list, then by its ending.

    A capital outweighs an ending (« Castagné »): pass ``by_ending=False`` where capitals mean something.
    """
    if folded in FUNCTION_WORDS or folded in ORDINARY_WORDS or folded in ROLES or folded in KIN:
        return True
    if not by_ending or is_known_name(folded):
        return False
    # A participle keeps its accent: « surchargé », « débordée ».
    if word.lower().endswith(("é", "ée", "és", "ées")):
        return True
    return len(folded) > 4 and _ORDINARY_ENDING.search(folded) is not None
