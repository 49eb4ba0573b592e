"""What it is for: the words that say nothing of the subject of an answer, in French and near it.
What feeds it: this list, written by hand and completed by reading the themes of real consultations.
What it feeds: the lexical vectors and the distinctive terms of themes; entries are folded.
"""

from __future__ import annotations

from fabrique_core.text.words import key

_FRENCH = """
a à abord afin ah ai aie aient ailleurs ainsi ait alors après as assez attendu au aucun aucune aujourd hui
auparavant
auprès auquel aura aurai auraient aurais aurait auras aurez auriez aurions auront aussi autant autre autres
autrement
autrui aux auxquelles auxquels avaient avais avait avant avec avez aviez avions avoir avons ayant ayez ayons
b bah beaucoup
bel belle ben bien bon bonne bonnes bons brièvement c ça car ce ceci cela celle celles celui cent cependant
certain certaine
certaines certains ces cet cette ceux chacun chacune chaque cher chez ci cinq combien comme comment compte
concernant contre
coup cours côté d dans davantage de debout dedans dehors déjà delà depuis dernier derrière des dès désormais
desquelles
desquels dessous dessus deux devant devers devez devoir devons devra devrai devraient devrais devrait devront
dire dit dite
dites divers diverses dix doit doivent donc dont dû du due dues duquel durant e effet également eh elle elles
en encore enfin
ensemble ensuite entre envers environ es est et étaient étais était étant etc été être êtes eu eue eues euh
eurent eus eut eux
exemple f façon fait faire fais faisaient faisait faisant faite faites faits faudra faudrait faut fera ferait
feront font force
g gens genre h hélas hein hors hui huit i ici il ils important importe j jamais je juste jusqu jusque k l la
là laquelle le
lequel les lesquelles lesquels leur leurs loin long lors lorsque lui m ma maintenant mais manière me mes même
mêmes merci met
mettre mieux mis mise moi moins mon n ne ni niveau nombreux nombreuses non nos notamment notre nôtre nous o
oh on ont or ou où
oui outre p par parce parfois parler parmi part particulier partir partout pas pendant permettre peu peut
peuvent peux
plupart plus plusieurs plutôt point pour pourquoi pourra pourraient pourrait pourront pouvait pouvez pouvoir
pouvons pratiquement premier
première près presque pris prend prendre propos propre puis puisque q quand quant quasi quatre qu que lorsqu
puisqu quoiqu quelquefois quel quelle quelles quelqu
quelque quelques quels qui quiconque quoi quoique r rare rarement rester rien s sa sais sait sans sauf savoir
se selon
sera serai seraient serais serait serez seront ses seul seule seulement si sien six soi soient soit sommes
son sont sorte
sortir souhaite souvent sous suis suivant sur surtout t ta tant te tel telle tellement telles tels tes toi
ton toujours
toute toutes toutefois tous tout très trois trop tu u un une unes uns v va vais vas vers veut veulent veux
via viens vient
voici voilà voir vois voit vont vos votre vous vraiment vu w x y z
ca cad c-à-d qqun qq pb pbs svp nb ok ex exple cf ie etc
suite sujet chose choses cas fois ans an année années jour jours mois semaine semaines heure heures moment
temps nombre
personnellement réellement simplement malheureusement absolument totalement complètement clairement
évidemment peut-être
c'est-à-dire c'est est-ce y-a-t-il là-bas celui-ci celle-ci ceux-ci ceux-là eux-mêmes lui-même soi-même
moi-même jusqu'à
vis-à-vis dès lors afin pense pensez penser crois croire trouve trouver souhaiter semble sembler donner donne
donnent donné
existe existent exister existant avère concerne concernent vrai vraie réel réelle
besoin besoins possible possibles impossible nécessaire nécessaires certainement probablement actuellement
actuel actuelle
grand grande grands grandes petit petite petits petites nouveau nouvelle nouveaux nouvelles meilleur
meilleure meilleures
meilleurs gros grosse plein simple différent différente différents différentes
tre question réponse passer passe arriver arrive venir rendre rend laisser laisse vouloir voudrais voudrait
aimerais
faudrai fau nettement sinon quel entre-temps fur mesure titre terme termes ensemble lieu place
avoir aucun doive puisse puissent fasse fassent soyez soyons ayant eu aurait sache
mettant permettant permet permettent permettrait mettent évite éviter commence commencer continuer continue
fonction fait malgré lequel etat-ci reste restent sorte raison raisons suffisant chacune dizaine vingt trente
quarante
"""
_NEIGHBOURS = """
the and of to in is are for that this with not be we on it as have has more no they you your our
el los las una unos unas que por para con del muy más pero como son hay nos sus ser está
els les uns unes amb per als dels més molt però són hi ha cal què
lo los las una que per amb dins pas plan es son fau cal lor nos vos dels
"""


def _build() -> frozenset[str]:
    words = (_FRENCH + _NEIGHBOURS).replace("'", " ").split()
    return frozenset(key(word) for word in words)


STOP_WORDS = _build()
